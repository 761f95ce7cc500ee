// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The calls under way on one connection, and what of them is still to be sent. It decides; it does no I/O.
struct CallTable<Waiter> {
    /// A call that waits for its answer.
    struct Call {
        let called: Called
        let deadline: CallDeadline
        /// Who sleeps until it ends; `nil`: the caller is awake, and looks by itself.
        var waiter: Waiter?
    }

    /// A waiter and what it gets.
    typealias Ending = (waiter: Waiter, outcome: CallOutcome)

    private struct UnsentLine {
        let id: Int64
        var bytes: ArraySlice<UInt8>
        var hasBegun: Bool
    }

    private var calls: [Int64: Call] = [:]
    // Of calls whose callers are awake.
    private var ended: [Int64: CallOutcome] = [:]
    private var unsent: [UnsentLine] = []
    /// No call may be added any more.
    private(set) var isEnded = false

    /// How many calls wait for their answers.
    var count: Int { calls.count }

    /// Whether bytes wait to be sent.
    var hasUnsent: Bool { !unsent.isEmpty }

    /// The bytes to send next.
    var nextBytes: ArraySlice<UInt8>? { unsent.first?.bytes }

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
        calls[id] = call
        if !line.isEmpty { unsent.append(UnsentLine(id: id, bytes: line, hasBegun: hasBegun)) }
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
    mutating func noteSent(_ count: Int) {
        guard count > 0, !unsent.isEmpty else { return }
        unsent[0].bytes = unsent[0].bytes.dropFirst(count)
        unsent[0].hasBegun = true
        if unsent[0].bytes.isEmpty { unsent.removeFirst() }
    }

    /// Takes an answer: whose it is, and everybody's where the daemon speaks about the connection as a whole.
    mutating func take(_ answer: AnswerLine) -> [Ending] {
        switch answer {
        case .result(let id, let value): remove(id, .result(value)).map { [$0] } ?? []
        case .error(let id?, let error): remove(id, .failed(.session(error))).map { [$0] } ?? []
        case .error(nil, let error): removeAll { _, _ in .failed(.session(error)) }
        case .notification: []
        }
    }

    /// Ends one call; `nil` where it has ended already, or its caller is awake. What of it was not begun to be sent never
    /// will be.
    mutating func remove(_ id: Int64, _ outcome: CallOutcome) -> Ending? {
        guard let call = calls.removeValue(forKey: id) else { return nil }
        if !unsent.isEmpty { unsent.removeAll { $0.id == id && !$0.hasBegun } }
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
        let untouched = Set(unsent.filter { !$0.hasBegun }.map(\.id))
        return removeAll { id, call in
            error.map { .failed($0(call.called)) } ?? .lost(wasSent: !untouched.contains(id))
        }
    }

    private mutating func removeAll(_ outcome: (Int64, Call) -> CallOutcome) -> [Ending] {
        let all = calls.sorted { $0.key < $1.key }
        calls.removeAll()
        unsent.removeAll { !$0.hasBegun }
        return all.compactMap { ending(of: $0.value, $0.key, outcome($0.key, $0.value)) }
    }

    private mutating func ending(of call: Call, _ id: Int64, _ outcome: CallOutcome) -> Ending? {
        if let waiter = call.waiter { return (waiter, outcome) }
        ended[id] = outcome
        return nil
    }
}
