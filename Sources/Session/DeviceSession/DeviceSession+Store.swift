// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessionProtocol
import SessiondLinux
import SessiondPrimitives

/// What the store has yet to take or to clear.
struct StoreBacklog {
    /// The state counts, but is not stored yet.
    var isUnsaved = false
    /// What the store keeps of it meanwhile.
    var heldRecord: SessionRecord?
    /// An older copy still holds a token that is gone.
    var scrubIsDue = false
    /// When either is tried again; `nil` while the store works.
    var retryAt: Duration?
    /// Why; `nil` while it does.
    var failure: StoreFailure?

    func retryIsDue(at now: Moment) -> Bool { retryAt.map { $0 <= now.boottime } ?? false }
}

extension DeviceSession {
    static let storeRetryPause = Duration.seconds(10)

    var storeStatus: StoreStatus {
        StoreStatus(sealed: surroundings.store.isSealed, state: backlog.retryAt == nil ? .ok : .failing)
    }

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
        if backlog.retryAt != nil { backlog.retryAt = surroundings.clock.now().boottime }
        step(.stopping)
        settle()
    }

    func save(_ record: SessionRecord, at now: Moment) throws(StoreFailure) {
        let bytes = record.stored(in: SessionRecord.Boot(id: surroundings.bootID, now: now))
        let scrub = backlog.scrubIsDue || DeviceSession.clearsToken(machine?.record, record)
        let leftover = try surroundings.store.save(bytes, generation: record.generation, scrub: scrub)
        (backlog.isUnsaved, backlog.scrubIsDue, backlog.heldRecord) = (false, leftover != nil, nil)
        if let leftover { return noteStore(leftover) }
        guard backlog.retryAt != nil else { return }
        (backlog.retryAt, backlog.failure) = (nil, nil)
        surroundings.observer.storeChanged(nil)
    }

    func noteStore(_ failure: StoreFailure) {
        counts.storeErrors += 1
        if backlog.retryAt == nil { surroundings.observer.storeChanged(failure) }
        backlog.failure = failure
        backlog.retryAt = surroundings.clock.now().boottime + DeviceSession.storeRetryPause
    }

    // What has happened all the same outlives this process, where it can.
    func hold(_ record: SessionRecord, at now: Moment) {
        backlog.isUnsaved = true
        backlog.scrubIsDue = backlog.scrubIsDue || DeviceSession.clearsToken(machine?.record, record)
        guard backlog.heldRecord != record else { return }
        let bytes = record.stored(in: SessionRecord.Boot(id: surroundings.bootID, now: now))
        backlog.heldRecord = surroundings.store.hold(bytes, generation: record.generation) ? record : nil
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
