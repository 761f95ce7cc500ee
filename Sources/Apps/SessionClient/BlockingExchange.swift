// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol

/// One request and its answer on a connection of their own, waited for with poll(2).
struct BlockingExchange {
    let call: Called
    let deadline: CallDeadline
    private var buffer = LineBuffer()
    private var wasSent = false

    init(_ call: Called, deadline: CallDeadline) { (self.call, self.deadline) = (call, deadline) }

    /// Sends the line and waits for the answer to it.
    mutating func run(_ line: [UInt8], on descriptor: borrowing Descriptor) -> CallOutcome {
        let socket = descriptor.number
        guard send(line, to: socket) else { return .failed(.timedOut(call, after: deadline.allowed)) }
        while true {
            do throws(SessionError) {
                while let answer = try buffer.nextAnswer() {
                    if let outcome = outcome(of: answer) { return outcome }
                }
            } catch { return .failed(.malformedAnswer(call, error)) }
            switch buffer.fill(from: socket) {
            case .bytes: continue
            case .end: return .lost(wasSent: wasSent)
            case .nothing:
                guard wait(for: POLLIN, on: socket) else {
                    return .failed(.timedOut(call, after: deadline.allowed))
                }
            }
        }
    }

    // Whether the time was enough. Where the daemon has closed already, what it said before that is still to be read.
    private mutating func send(_ line: [UInt8], to socket: Int32) -> Bool {
        var left = line[...]
        while !left.isEmpty {
            guard let count = Transport.send(left, to: socket) else { return true }
            left = left.dropFirst(count)
            wasSent = wasSent || count > 0
            if count == 0, !wait(for: POLLOUT, on: socket) { return false }
        }
        return true
    }

    private func outcome(of answer: ResponseLine) -> CallOutcome? {
        switch answer {
        case .result(id: 1, let result): .result(result)
        case .error(let id, let error) where id == nil || id == 1: .failed(.session(error))
        case .result, .error, .notification: nil
        }
    }

    // Whether the socket is ready before the time is up; a peer that is gone counts as ready.
    private func wait(for events: Int32, on socket: Int32) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        while true {
            let left = deadline.localInstant - .now
            guard left > .zero else { return false }
            if poll(&entry, 1, left.pollMilliseconds) > 0 { return true }
        }
    }
}
