// SPDX-License-Identifier: Apache-2.0

import Crypto

extension StateStore {
    /// What became of the state while its key was changed.
    package enum Rekeying: Sendable, Equatable {
        /// There is none yet.
        case nothingStored
        /// The new key opens it, and the old one does not any more.
        case done
        /// The new key opens it; a copy that the old key opens is left until the daemon starts.
        case oldCopyLeft(StoreError)
    }

    /// The key that the state is sealed with, by its name; `nil` where there is no state, or one that needs no key.
    ///
    /// - Throws: ``StoreError`` where a file cannot be read.
    package func storedKeyID() throws(StoreError) -> String? {
        let readings = files.indices.map(examine)
        if case .unreadable(let error) = StoreVerdict(readings, options) { throw error }
        let headers = readings.compactMap(\.image?.header)
        // Two are as new as each other where a change of the key was cut off.
        let newest = headers.filter { header in headers.allSatisfy { $0.revision <= header.revision } }
        return newest.allSatisfy(\.isSealed) ? newest.first?.keyID : nil
    }

    /// Has another key open the state, and nothing else about it changed.
    ///
    /// First the second file gets the state under the new key, at the same revision: from then on either key opens it.
    /// Then the new key becomes the one that is given to the daemon, which has to happen at one instant; only then is
    /// what the old key opens overwritten. So at every instant the key that is given opens the state.
    ///
    /// - Parameters:
    ///   - newKey: The new key; `nil`: the state is clear afterwards.
    ///   - commit: Makes it the one that is given to the daemon.
    /// - Throws: ``StoreLockReason`` where the state cannot be read, ``StoreError``: then it is as before. What `commit`
    ///   throws: then either key opens it, until the daemon starts with one of them.
    package func rekey(to newKey: SealingKey?, commit: () throws -> Void) throws -> Rekeying {
        let readings = files.indices.map(examine)
        switch StoreVerdict(readings, options) {
        case .absent:
            try commit()
            return .nothingStored
        case .current(let index, let image, let payload):
            takeOver(readings, index, image)
            return try rewrite(image, payload, newKey, commit)
        case .damaged, .otherMachine: throw StoreError(.read, storage.path(of: "session.*"), .damaged)
        case .newerFormat(let index, let format):
            throw StoreLockReason.newerFormat(path: storage.path(of: files[index].name), format: format)
        case .otherKey(let index, let keyID):
            let given = StoreLockReason.GivenKey(options.sealing)
            throw StoreLockReason.otherKey(path: storage.path(of: files[index].name), keyID: keyID, given: given)
        case .keyRequired(let reason): throw StoreLockReason.keyRequired(because: reason)
        case .unreadable(let error): throw error
        }
    }

    private func rewrite(
        _ image: StoreImage, _ payload: [UInt8], _ newKey: SealingKey?, _ commit: () throws -> Void
    ) throws -> Rekeying {
        var header = image.header
        header.scrubs = true
        if newKey == nil, image.header.isSealed {
            // Of the clear state a crash may leave a part, which nobody recognises: the sealed one says that it must go.
            header.revision += 1
            try writeOther(header.image(of: payload, sealedWith: options.sealing.openingKey))
        }
        let rewritten = try header.image(of: payload, sealedWith: newKey)
        // Where it fails, nobody knows which key is there now: both must fit.
        try writeOther(rewritten, then: commit)
        return scrub(rewritten.bytes).map(Rekeying.oldCopyLeft) ?? .done
    }

    /// Writes the file that is not current, which then becomes the current one.
    private func writeOther(_ image: StoreImage, then commit: () throws -> Void = {}) throws {
        guard let current else { return }
        try write(image.bytes, to: 1 - current)
        try commit()
        self.current = 1 - current
    }
}
