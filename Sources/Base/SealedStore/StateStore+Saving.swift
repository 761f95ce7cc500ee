// SPDX-License-Identifier: Apache-2.0

import Crypto

extension StateStore {
    /// Makes a state durable; it is when this returns.
    ///
    /// With `scrub`, used whenever something secret was cleared, the other file then gets the same state, at the same
    /// revision: both are equal byte for byte, and no older state is left. A crash before that is made up for by the
    /// next ``load(held:)``, a failure by the next save.
    ///
    /// - Throws: ``StoreError`` where the state is not durable; the next start then finds the one of before.
    package func save(_ payload: [UInt8], generation: Int64, scrub: Bool) throws(StoreError) -> StoreSave {
        try follow()
        let scrub = scrub || isScrubDue
        let image = try nextImage(of: payload, generation: generation, scrub: scrub)
        let target = current.map { 1 - $0 } ?? 0
        // Also where it fails: a disk that keeps what it refused must not have the higher one.
        revision = image.header.revision
        try write(image.bytes, to: target)

        (current, installationID) = (target, image.header.installationID)
        (isScrubDue, isSealed) = (scrub, image.header.isSealed)
        noteMark(isSaved: true)
        let failure = scrub ? self.scrub(image.bytes) : nil
        if !isPreallocated { _ = preallocate() }
        return failure.map(StoreSave.savedNotScrubbed) ?? .saved
    }

    // What is in the folder that was moved away counts no longer: the next start looks at the path.
    private func follow() throws(StoreError) {
        guard condition == .ready, try storage.follow() else { return }
        (files, current, isPreallocated, isScrubDue) = (StoreFile.pair, nil, false, false)
    }

    /// Makes the bytes that a save would write, for somebody who keeps them until one can: ``load(held:)`` takes them.
    ///
    /// Each is newer than all before it.
    ///
    /// - Throws: ``StoreError`` where nothing may be saved here either.
    package func image(of payload: [UInt8], generation: Int64) throws(StoreError) -> [UInt8] {
        let image = try nextImage(of: payload, generation: generation, scrub: true)
        (revision, installationID) = (image.header.revision, image.header.installationID)
        return image.bytes
    }

    private func nextImage(of payload: [UInt8], generation: Int64, scrub: Bool) throws(StoreError) -> StoreImage {
        try checkReady(payload)
        if installationID == nil { forgetMark() }
        let header = nextHeader(generation: generation, scrub: scrub)
        do throws(CryptoKitError) {
            return try header.image(of: payload, sealedWith: options.sealing.savingKey)
        } catch {
            throw StoreError(.seal, storage.path(of: "session.*"), .cipher)
        }
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

    private func nextHeader(generation: Int64, scrub: Bool) -> StoreHeader {
        StoreHeader(
            revision: revision + 1,
            generation: generation,
            scrubs: scrub,
            installationID: installationID ?? makeInstallationID(),
            // A start that could not tell which machine this is must not make the state anybody's.
            machineID: options.machineID ?? machineID,
            keyID: options.sealing.keyField,
            bodyBytes: 0
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

/// How far ``StateStore/save(_:generation:scrub:)`` came; the state is durable in either case.
package enum StoreSave: Sendable, Equatable {
    /// Everything was done.
    case saved
    /// An older state could not be overwritten: what was cleared may still be in the folder until the next save.
    case savedNotScrubbed(StoreError)
}
