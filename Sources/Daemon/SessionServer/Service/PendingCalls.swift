// SPDX-License-Identifier: Apache-2.0

import SessionMachine

/// The calls that wait for the session's owner, and when they run out of time.
struct PendingCalls {
    private var calls: [CallID: PendingCall] = [:]
    private var deadlines = DeadlineQueue()
    private var lastID: CallID = 0

    /// When the next call runs out of time, on CLOCK_BOOTTIME; `nil`: none waits.
    var earliestDeadline: Duration? { deadlines.earliest }

    /// Adds a call that waits until an instant; its id.
    mutating func add(_ call: PendingCall, until deadline: Duration) -> CallID {
        lastID += 1
        calls[lastID] = call
        deadlines.add(lastID, at: deadline)
        return lastID
    }

    /// The call of an id, while it waits.
    subscript(_ id: CallID) -> PendingCall? {
        get { calls[id] }
        set { calls[id] = newValue }
    }

    /// Takes a call out; deadlines of calls that are gone are forgotten now and then.
    mutating func remove(_ id: CallID) -> PendingCall? {
        let call = calls.removeValue(forKey: id)
        if call != nil { forgetDeadlines() }
        return call
    }

    /// Takes a call that has run out of time; `nil`: none has.
    mutating func takeDue(at now: Duration) -> CallID? { deadlines.takeDue(at: now) }

    /// Lets no call wait beyond an instant.
    mutating func cap(at instant: Duration) { deadlines.cap(at: instant) }

    /// Forgets the deadlines of calls that nobody waits for.
    mutating func forgetDeadlines() {
        deadlines.forget(waiting: calls.count) { calls[$0].map(\.isOrphaned) ?? true }
    }
}
