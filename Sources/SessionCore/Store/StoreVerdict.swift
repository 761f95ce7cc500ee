// SPDX-License-Identifier: Apache-2.0

/// What the two files together mean.
enum StoreVerdict: Equatable {
    case absent
    /// The state of the file with that index counts.
    case current(Int, StoreHeader, image: [UInt8])
    case newerFormat(Int, format: Int)
    case otherKey(Int, keyID: String)
    case unreadable(StoreError)
    case damaged
    case otherMachine(StoreHeader)

    /// Unreadable is not empty: whatever may be a state that only others can read comes before what is intact.
    init(_ readings: [StoreReading], _ options: StoreOptions) {
        if let found = readings.lazy.compactMap(\.error).first {
            self = .unreadable(found)
        } else if let index = readings.firstIndex(where: { $0.format != nil }), let format = readings[index].format {
            self = .newerFormat(index, format: format)
        } else if let (index, header, image) = Self.highest(readings) {
            self = Self.refusal(index, header, options) ?? .current(index, header, image: image)
        } else {
            self = readings.contains(.damaged) ? .damaged : .absent
        }
    }

    private static func highest(_ readings: [StoreReading]) -> (Int, StoreHeader, [UInt8])? {
        var highest: (Int, StoreHeader, [UInt8])?
        for (index, reading) in readings.enumerated() {
            guard case .intact(let header, let image) = reading else { continue }
            if header.revision > highest?.1.revision ?? -1 { highest = (index, header, image) }
        }
        return highest
    }

    private static func refusal(_ index: Int, _ header: StoreHeader, _ options: StoreOptions) -> StoreVerdict? {
        if header.keyID != options.keyField { return .otherKey(index, keyID: header.keyID) }
        guard options.otherMachine == .fresh, let machine = header.machineID, let own = options.machineID,
            machine != own
        else { return nil }
        return .otherMachine(header)
    }
}

extension StoreReading {
    fileprivate var error: StoreError? {
        if case .unreadable(let error) = self { error } else { nil }
    }

    fileprivate var format: Int? {
        if case .newerFormat(let format) = self { format } else { nil }
    }
}
