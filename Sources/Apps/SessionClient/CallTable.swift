// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The calls that wait on one connection, and what of them is still to be sent. It decides; it does no I/O.
struct CallTable<Waiter> {
    /// A call that waits for its answer.
    struct Call {
        let called: Called
        let deadline: CallDeadline
        let waiter: Waiter
    }

    /// A waiter and what it gets.
    typealias Ending = (waiter: Waiter, outcome: CallOutcome)

    private struct UnsentLine {
        let id: Int64
        var bytes: ArraySlice<UInt8>
        var hasBegun = false
    }

    private var calls: [Int64: Call] = [:]
    private var unsent: [UnsentLine] = []
    /// No call may be added any more.
    private(set) var isEnded = false

    /// Whether bytes wait to be sent.
    var hasUnsent: Bool { !unsent.isEmpty }

    /// The bytes to send next.
    var nextBytes: ArraySlice<UInt8>? { unsent.first?.bytes }

    /// When the next call runs out of time.
    var nextExpiry: ContinuousClock.Instant? { calls.values.map(\.deadline.localInstant).min() }

    /// Adds a call, whose line is to be sent behind those that were added before.
    mutating func add(_ call: Call, id: Int64, line: [UInt8]) {
        calls[id] = call
        unsent.append(UnsentLine(id: id, bytes: line[...]))
    }

    /// Notes that so many of ``nextBytes`` were taken.
    mutating func noteSent(_ count: Int) {
        guard count > 0, !unsent.isEmpty else { return }
        unsent[0].bytes = unsent[0].bytes.dropFirst(count)
        unsent[0].hasBegun = true
        if unsent[0].bytes.isEmpty { unsent.removeFirst() }
    }

    /// Takes an answer: whose it is, and everybody's where the daemon speaks about the connection as a whole.
    mutating func take(_ answer: ResponseLine) -> [Ending] {
        switch answer {
        case .result(let id, let value): remove(id, .result(value)).map { [$0] } ?? []
        case .error(let id?, let error): remove(id, .failed(.session(error))).map { [$0] } ?? []
        case .error(nil, let error): removeAll { _, _ in .failed(.session(error)) }
        case .notification: []
        }
    }

    /// Ends one call; `nil` where it has ended already. What of it was not begun to be sent never will be.
    mutating func remove(_ id: Int64, _ outcome: CallOutcome) -> Ending? {
        guard let call = calls.removeValue(forKey: id) else { return nil }
        unsent.removeAll { $0.id == id && !$0.hasBegun }
        return (call.waiter, outcome)
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
        defer {
            calls.removeAll()
            unsent.removeAll { !$0.hasBegun }
        }
        return calls.sorted { $0.key < $1.key }.map { ($0.value.waiter, outcome($0.key, $0.value)) }
    }
}
