// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol

/// Looks, while there is no answer, whether one will come: the socket of a service takes calls though the service does
/// not come up.
package struct LateCheck: Sendable {
    /// Why no answer will come, and what to do.
    package struct Futility: Sendable, Equatable {
        package let reason: String
        package let hint: String

        package init(_ reason: String, hint: String) { (self.reason, self.hint) = (reason, hint) }
    }

    /// After how long without an answer it looks, again and again.
    let interval: Duration
    /// `nil`: one may come.
    let look: @Sendable () -> Futility?

    package init(every interval: Duration, _ look: @escaping @Sendable () -> Futility?) {
        (self.interval, self.look) = (interval, look)
    }
}

/// One request and its answer on a connection of their own, waited for with poll(2).
struct BlockingExchange {
    private enum Readiness {
        case ready
        case timeIsUp
        case futile(LateCheck.Futility)
    }

    let call: Called
    let deadline: CallDeadline
    let lateCheck: LateCheck?
    private let buffer = LineBuffer()
    private var wasSent = false
    private var nextLook: ContinuousClock.Instant?

    init(_ call: Called, deadline: CallDeadline, lateCheck: LateCheck? = nil) {
        (self.call, self.deadline, self.lateCheck) = (call, deadline, lateCheck)
        nextLook = lateCheck.map { .now + $0.interval }
    }

    /// Sends the line and waits for the answer to it.
    mutating func run(_ line: [UInt8], on descriptor: borrowing Descriptor) -> CallOutcome {
        let socket = descriptor.number
        if let failure = send(line, to: socket) { return .failed(failure) }
        while true {
            do throws(SessionError) {
                while let answer = try buffer.nextAnswer() {
                    if let outcome = outcome(of: answer) { return outcome }
                }
            } catch { return .failed(.malformedAnswer(call, error)) }
            switch buffer.fill(from: socket) {
            case .bytes: continue
            case .end: return .lost(wasSent: wasSent)
            case .nothing: if let failure = failure(waitingFor: POLLIN, on: socket) { return .failed(failure) }
            }
        }
    }

    // Why it is not sent. Where the daemon has closed already, what it said before that is still to be read.
    private mutating func send(_ line: [UInt8], to socket: Int32) -> ClientError? {
        var left = line[...]
        while !left.isEmpty {
            guard let count = Transport.send(left, to: socket) else { return nil }
            left = left.dropFirst(count)
            wasSent = wasSent || count > 0
            if count == 0, let failure = failure(waitingFor: POLLOUT, on: socket) { return failure }
        }
        return nil
    }

    private func outcome(of answer: AnswerLine) -> CallOutcome? {
        switch answer {
        case .result(id: 1, let result): .result(result)
        case .error(let id, let error) where id == nil || id == 1: .failed(.session(error))
        case .result, .error, .notification: nil
        }
    }

    private mutating func failure(waitingFor events: Int32, on socket: Int32) -> ClientError? {
        switch wait(for: events, on: socket) {
        case .ready: nil
        case .timeIsUp: .timedOut(call, after: deadline.allowed)
        case .futile(let futility): .unanswered(call, futility)
        }
    }

    // Whether the socket is ready before the time is up; a peer that is gone counts as ready.
    private mutating func wait(for events: Int32, on socket: Int32) -> Readiness {
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        while true {
            let end = deadline.localInstant
            let left = min(end, nextLook ?? end) - .now
            if left > .zero {
                if poll(&entry, 1, left.pollMilliseconds) > 0 { return .ready }
            } else if end <= .now {
                return .timeIsUp
            } else if let lateCheck {
                if let futility = lateCheck.look() { return .futile(futility) }
                nextLook = .now + lateCheck.interval
            }
        }
    }
}
