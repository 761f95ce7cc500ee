// SPDX-License-Identifier: Apache-2.0

extension StateStore {
    /// Moves whatever a locked store holds out of the way, so that it can be used as a new installation.
    ///
    /// Without effect on a store that is not locked.
    ///
    /// - Returns: The paths where the files now are.
    /// - Throws: ``StoreError``; then the store is as locked as before.
    package func discard() throws(StoreError) -> [String] {
        guard condition == .locked else { return [] }
        return try setAsideAll()
    }

    /// The same, locked or not.
    package func setAsideAll() throws(StoreError) -> [String] {
        if case .refused(let reason) = options.sealing {
            throw StoreError(.save, storage.path(of: "session.*"), .keyRequired(because: reason))
        }
        let paths = try setAside(files.indices.map(examine))
        reset(.ready)
        _ = preallocate()
        return paths
    }

    /// Renames all files that hold something. Those that alone would load go first: a crash in between must not bring
    /// back a state that nobody wanted any more.
    func setAside(_ readings: [StoreReading]) throws(StoreError) -> [String] {
        let order = readings.indices.sorted { readings[$0].rank < readings[$1].rank }
        var paths: [String] = []
        for index in order where !readings[index].isEmpty {
            paths.append(storage.path(of: try setFileAside(files[index].name)))
            files[index].usedBytes = 0
        }
        return paths
    }

    /// Renames what is forged beside a state that counts: the next save would overwrite what there is to be seen of it.
    ///
    /// - Returns: The paths where the files now are.
    func setAsideForged(_ readings: [StoreReading]) -> [String] {
        readings.indices.filter { readings[$0] == .forged }.map { index in
            let name = files[index].name
            do throws(StoreError) {
                let path = storage.path(of: try setFileAside(name))
                files[index].usedBytes = 0
                return path
            } catch {
                return storage.path(of: name)
            }
        }
    }

    /// The first one set aside is kept, and the last: what lies between tells least.
    private func setFileAside(_ name: String) throws(StoreError) -> String {
        let first = name + ".damaged"
        let target = try storage.exists(first) ? first + ".last" : first
        try storage.rename(name, to: target)
        return target
    }
}

extension StoreReading {
    fileprivate var isEmpty: Bool { self == .missing || self == .blank }

    /// The lower, the sooner it is set aside.
    fileprivate var rank: Int64 {
        switch self {
        case .missing, .blank, .damaged, .forged: -1
        case .intact(let image): image.header.revision
        case .newerFormat, .unreadable: .max
        }
    }
}
