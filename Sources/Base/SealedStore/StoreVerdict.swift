// SPDX-License-Identifier: Apache-2.0

/// What the two files together mean.
enum StoreVerdict: Equatable {
    case absent
    /// The state of the file with that index counts, and can be read.
    case current(Int, StoreImage, payload: [UInt8])
    case newerFormat(Int, format: Int)
    case otherKey(Int, keyID: String)
    case keyRequired(because: String)
    case unreadable(StoreError)
    case damaged
    case otherMachine(StoreHeader)

    /// Unreadable is not empty: whatever may be a state that only others can read comes before what is intact.
    init(_ readings: [StoreReading], _ options: StoreOptions) {
        if let found = readings.lazy.compactMap(\.error).first {
            self = .unreadable(found)
        } else if let index = readings.firstIndex(where: { $0.format != nil }), let format = readings[index].format {
            self = .newerFormat(index, format: format)
        } else if case .refused(let reason) = options.sealing {
            self = .keyRequired(because: reason)
        } else if let (index, image) = Self.highest(readings, options) {
            self = Self.judge(index, image, options)
        } else {
            self = readings.contains(.damaged) || readings.contains(.forged) ? .damaged : .absent
        }
    }

    /// Both files have the highest revision while the key is being changed: then the one that can be read counts, and
    /// where both can, the one that is as it shall be.
    private static func highest(_ readings: [StoreReading], _ options: StoreOptions) -> (Int, StoreImage)? {
        let intact = readings.indices.compactMap { index in readings[index].image.map { (index, $0) } }
        func rank(_ image: StoreImage) -> (Int64, Int) {
            let fits = image.header.keyID == options.sealing.keyField
            return (image.header.revision, image.payload == nil ? 0 : fits ? 2 : 1)
        }
        return intact.max { rank($0.1) < rank($1.1) }
    }

    /// Another machine comes before another key: a cloned image has often lost its key.
    private static func judge(_ index: Int, _ image: StoreImage, _ options: StoreOptions) -> StoreVerdict {
        if options.isOtherMachine(image.header.machineID) { return .otherMachine(image.header) }
        guard let payload = image.payload else { return .otherKey(index, keyID: image.header.keyID) }
        return .current(index, image, payload: payload)
    }
}

extension StoreReading {
    /// The state, where one is intact.
    var image: StoreImage? {
        if case .intact(let image) = self { image } else { nil }
    }

    fileprivate var error: StoreError? {
        if case .unreadable(let error) = self { error } else { nil }
    }

    fileprivate var format: Int? {
        if case .newerFormat(let format) = self { format } else { nil }
    }
}
