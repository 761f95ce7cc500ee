// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The calls under way on one connection, and what of them is still to be sent. It decides; it does no I/O.
struct CallTable<Waiter> {
    /// A call that waits for its answer. It belongs to the table.
    final class Call {
        let called: Called
        let deadline: CallDeadline
        /// Who sleeps until it ends; `nil`: the caller is awake, and looks by itself.
        fileprivate(set) var waiter: Waiter?

        init(_ called: Called, _ deadline: CallDeadline, waiter: Waiter? = nil) {
            (self.called, self.deadline, self.waiter) = (called, deadline, waiter)
        }
    }

    /// A waiter and what it gets.
    typealias Ending = (waiter: Waiter, outcome: CallOutcome)

    private var calls: [Int64: Call] = [:]
    // Of calls whose callers are awake.
    private var ended: [Int64: CallOutcome] = [:]
    private var unsent = UnsentLines()
    /// No call may be added any more.
    private(set) var isEnded = false

    /// How many calls wait for their answers.
    var count: Int { calls.count }

    /// Whether bytes wait to be sent.
    var hasUnsent: Bool { !unsent.isEmpty }

    /// The bytes to send next.
    var nextBytes: ArraySlice<UInt8>? { unsent.isEmpty ? nil : unsent.next }

    /// When the next call runs out of time.
    var nextExpiry: ContinuousClock.Instant? {
        var next: ContinuousClock.Instant?
        for call in calls.values {
            let expiry = call.deadline.localInstant
            if next.map({ expiry < $0 }) ?? true { next = expiry }
        }
        return next
    }

    /// Adds a call. What of its line is not sent yet is to be sent behind those that were added before.
    mutating func add(_ call: Call, id: Int64, unsent line: ArraySlice<UInt8> = [], hasBegun: Bool = false) {
        // Not by a subscript, which allocates.
        calls.updateValue(call, forKey: id)
        unsent.append(line, of: id, hasBegun: hasBegun)
    }

    /// Takes the outcome of a call whose caller is awake; `nil`: it has not ended.
    mutating func claim(_ id: Int64) -> CallOutcome? { ended.removeValue(forKey: id) }

    /// Notes who sleeps from now on until a call ends; `nil`: it has not ended.
    mutating func park(_ id: Int64, _ waiter: Waiter) -> CallOutcome? {
        if let outcome = claim(id) { return outcome }
        calls[id]?.waiter = waiter
        return nil
    }

    /// Notes that so many of ``nextBytes`` were taken.
    mutating func noteSent(_ count: Int) { unsent.noteSent(count) }

    /// Takes answers: whose they are, and everybody's where the daemon speaks about the connection as a whole.
    mutating func take(_ answers: [AnswerLine]) -> [Ending] {
        var endings: [Ending] = []
        for answer in answers {
            switch answer {
            case .result(let id, let value): remove(id, .result(value)).map { endings.append($0) }
            case .error(let id?, let error): remove(id, .failed(.session(error))).map { endings.append($0) }
            case .error(nil, let error): endings += removeAll { _, _ in .failed(.session(error)) }
            case .notification: break
            }
        }
        return endings
    }

    /// Ends one call; `nil` where it has ended already, or its caller is awake. What of it was not begun to be sent never
    /// will be.
    mutating func remove(_ id: Int64, _ outcome: CallOutcome) -> Ending? {
        guard let call = calls.removeValue(forKey: id) else { return nil }
        if !unsent.isEmpty { unsent.removeUntouched(of: id) }
        return ending(of: call, id, outcome)
    }

    /// Ends the calls whose time is up.
    mutating func expire(now: ContinuousClock.Instant) -> [Ending] {
        let expired = calls.filter { $0.value.deadline.localInstant <= now }
        return expired.compactMap { id, call in
            remove(id, .failed(.timedOut(call.called, after: call.deadline.allowed)))
        }
    }

    /// Ends the connection and every call on it, as `error` says, or as lost.
    mutating func end(_ error: ((Called) -> ClientError)? = nil) -> [Ending] {
        isEnded = true
        let untouched = unsent.untouched
        return removeAll { id, call in
            error.map { .failed($0(call.called)) } ?? .lost(wasSent: !untouched.contains(id))
        }
    }

    private mutating func removeAll(_ outcome: (Int64, Call) -> CallOutcome) -> [Ending] {
        let all = calls.sorted { $0.key < $1.key }
        calls.removeAll()
        unsent.removeUntouched()
        return all.compactMap { ending(of: $0.value, $0.key, outcome($0.key, $0.value)) }
    }

    private mutating func ending(of call: Call, _ id: Int64, _ outcome: CallOutcome) -> Ending? {
        if let waiter = call.waiter { return (waiter, outcome) }
        ended.updateValue(outcome, forKey: id)
        return nil
    }
}
