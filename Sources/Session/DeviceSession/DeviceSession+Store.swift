// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessionProtocol
import SessiondLinux
import SessiondPrimitives

extension DeviceSession {
    static let storeRetryPause = Duration.seconds(10)

    var storeStatus: StoreStatus {
        StoreStatus(sealed: surroundings.store.isSealed, state: storeRetryAt == nil ? .ok : .failing)
    }

    func storeRetryIsDue(_ now: Moment) -> Bool { storeRetryAt.map { $0 <= now.boottime } ?? false }

    /// Stores what is known in memory alone, behind all that was submitted before: the process is about to end.
    ///
    /// Waits for that, on another thread than the session's.
    ///
    /// - Parameter limit: How long; a disk that hangs holds nobody up.
    package nonisolated func prepareToStop(within limit: Duration) {
        let isDone = Monitor(false)
        thread.run {
            self.assumeIsolated { $0.prepareToStop() }
            isDone.withLock { $0 = true }
        }
        _ = isDone.wait(until: MonotonicInstant.now.advanced(by: limit).timespec) { $0 }
    }

    private func prepareToStop() {
        settle()
        // What could not be stored so far is tried once more.
        if storeRetryAt != nil { storeRetryAt = surroundings.clock.now().boottime }
        step(.stopping)
        settle()
    }

    func save(_ record: SessionRecord, at now: Moment) throws(StoreFailure) {
        let bytes = record.stored(in: SessionRecord.Boot(id: surroundings.bootID, now: now))
        let scrub = scrubIsDue || DeviceSession.clearsToken(machine?.record, record)
        let leftover = try surroundings.store.save(bytes, generation: record.generation, scrub: scrub)
        (isUnsaved, scrubIsDue, heldRecord) = (false, leftover != nil, nil)
        if let leftover { return noteStore(leftover) }
        guard storeRetryAt != nil else { return }
        (storeRetryAt, storeFailure) = (nil, nil)
        surroundings.observer.storeChanged(nil)
    }

    func noteStore(_ failure: StoreFailure) {
        counts.storeErrors += 1
        if storeRetryAt == nil { surroundings.observer.storeChanged(failure) }
        storeFailure = failure
        storeRetryAt = surroundings.clock.now().boottime + DeviceSession.storeRetryPause
    }

    // What has happened all the same outlives this process, where it can.
    func hold(_ record: SessionRecord, at now: Moment) {
        (isUnsaved, scrubIsDue) = (true, scrubIsDue || DeviceSession.clearsToken(machine?.record, record))
        guard heldRecord != record else { return }
        let bytes = record.stored(in: SessionRecord.Boot(id: surroundings.bootID, now: now))
        heldRecord = surroundings.store.hold(bytes, generation: record.generation) ? record : nil
    }

    // Whether a token of the last customer's is gone: no copy of it may stay.
    static func clearsToken(_ last: SessionRecord?, _ record: SessionRecord) -> Bool {
        guard let last else { return false }
        // A sign-out that the authority was told of, or is not told of any more.
        if last.outbox.contains(where: { entry in !record.outbox.contains { $0.id == entry.id } }) { return true }
        guard last.generation != record.generation else { return false }
        return Slot.allCases.contains { last[$0] != nil && last[$0] != record[$0] }
    }
}

extension StoreFailure {
    var sessionError: SessionError {
        SessionError(.storeFailed, "the change could not be stored, so it was not made: \(description)", hint: hint)
    }
}
