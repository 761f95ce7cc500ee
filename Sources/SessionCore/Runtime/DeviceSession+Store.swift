// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension DeviceSession {
    static let storeRetryPause = Duration.seconds(10)

    var storeStatus: StoreStatus {
        StoreStatus(sealed: false, state: storeRetryAt == nil ? .ok : .failing)
    }

    func storeRetryIsDue(_ now: Moment) -> Bool { storeRetryAt.map { $0 <= now.boottime } ?? false }

    func save(_ record: SessionRecord, at now: Moment) throws(StoreFailure) {
        let bytes = record.stored(in: SessionRecord.Boot(id: surroundings.bootID, now: now))
        let scrub = scrubIsDue || clearsToken(record)
        let leftover = try surroundings.store.save(bytes, generation: record.generation, scrub: scrub)
        (isUnsaved, scrubIsDue) = (false, leftover != nil)
        if let leftover { return noteStore(leftover) }
        guard storeRetryAt != nil else { return }
        storeRetryAt = nil
        surroundings.observer.storeChanged(nil)
    }

    func noteStore(_ failure: StoreFailure, unsaved record: SessionRecord? = nil) {
        if let record { (isUnsaved, scrubIsDue) = (true, scrubIsDue || clearsToken(record)) }
        if storeRetryAt == nil { surroundings.observer.storeChanged(failure) }
        storeRetryAt = surroundings.clock.now().boottime + DeviceSession.storeRetryPause
    }

    // Whether a token of the last customer's is gone: no copy of it may stay.
    func clearsToken(_ record: SessionRecord) -> Bool {
        guard let last = machine?.record, last.generation != record.generation else { return false }
        return Slot.allCases.contains { last[$0] != nil && last[$0] != record[$0] }
    }
}

extension StoreFailure {
    var sessionError: SessionError {
        SessionError(.storeFailed, "the change could not be stored, so it was not made: \(description)", hint: hint)
    }
}
