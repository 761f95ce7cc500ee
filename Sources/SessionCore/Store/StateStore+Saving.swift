// SPDX-License-Identifier: Apache-2.0

extension StateStore {
    /// Makes a state durable; it is when this returns.
    ///
    /// With `scrub`, used whenever something secret was cleared, the other file then gets the same state, at the same
    /// revision: both are equal byte for byte, and no older state is left. A crash before that is made up for by the
    /// next ``load()``, a failure by the next save.
    ///
    /// - Throws: ``StoreError`` where the state is not durable; the next start then finds the one of before.
    public func save(_ payload: [UInt8], generation: Int64, scrub: Bool) throws(StoreError) -> StoreSave {
        try checkReady(payload)
        let scrub = scrub || isScrubDue
        let header = nextHeader(payload, generation: generation, scrub: scrub)
        let image = header.image(of: payload)
        let target = current.map { 1 - $0 } ?? 0
        try write(image, to: target)

        (current, revision, installationID) = (target, header.revision, header.installationID)
        isScrubDue = scrub
        let failure = scrub ? self.scrub(image) : nil
        if !isPreallocated { _ = preallocate() }
        return failure.map(StoreSave.savedNotScrubbed) ?? .saved
    }

    private func checkReady(_ payload: [UInt8]) throws(StoreError) {
        func refusal(_ reason: StoreError.Reason) -> StoreError {
            StoreError(.save, storage.path(of: "session.*"), reason)
        }
        switch condition {
        case .notLoaded: throw refusal(.notLoaded)
        case .locked: throw refusal(.locked)
        case .ready:
            guard payload.count > StoreLimits.maximumPayloadBytes else { return }
            throw refusal(.payloadTooLarge(bytes: payload.count))
        }
    }

    private func nextHeader(_ payload: [UInt8], generation: Int64, scrub: Bool) -> StoreHeader {
        StoreHeader(
            revision: revision + 1,
            generation: generation,
            scrubs: scrub,
            installationID: installationID ?? makeInstallationID(),
            machineID: options.machineID,
            keyID: options.keyField,
            payloadBytes: payload.count
        )
    }

    /// Writes the current state over the other file too; the error where that still holds something older.
    func scrub(_ image: [UInt8]) -> StoreError? {
        guard let current else { return nil }
        do throws(StoreError) {
            try write(image, to: 1 - current)
            isScrubDue = false
            return nil
        } catch {
            // Where the file could at least be emptied, nothing is left in it.
            isScrubDue = files[1 - current].usedBytes > 0
            return isScrubDue ? error : nil
        }
    }
}
