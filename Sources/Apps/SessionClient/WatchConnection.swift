// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol

/// One connection that watches, waited for with poll(2).
struct WatchConnection: ~Copyable {
    /// What came of waiting.
    enum Arrival {
        /// A line.
        case line(AnswerLine)
        /// What is no line of the daemon's.
        case malformed(SessionError)
        /// The end of the connection.
        case end
        /// Nothing, and the time is up or the audience gone.
        case nothing
    }

    // Swift 6.2 destroys twice what is set here where `init` throws (like swiftlang/swift#85063), so `init` sets it.
    private let descriptor: Descriptor
    private let audience: Audience?
    private let buffer: LineBuffer

    /// Connects and sends the request; the socket is noted for whoever ends it.
    init(
        to path: SocketPath, since: Int64?, _ control: FollowControl, _ audience: Audience?
    ) throws(SystemError) {
        self.audience = audience
        descriptor = try Transport.connect(to: path)
        buffer = LineBuffer()
        control.note(descriptor.number)
        // It fits into a new socket; a connection that is broken already shows when it is read.
        _ = Transport.send(Watch(since: since).line(id: 1)[...], to: descriptor.number)
    }

    /// The next line, waited for until an instant; `nil`: without an end.
    mutating func next(until deadline: ContinuousClock.Instant?) -> Arrival {
        while true {
            do throws(SessionError) {
                if let line = try buffer.nextAnswer() { return .line(line) }
            } catch { return .malformed(error) }
            switch buffer.fill(from: descriptor.number) {
            case .bytes: continue
            case .end: return .end
            case .nothing: guard wait(until: deadline) else { return .nothing }
            }
        }
    }

    // Whether something came before the time was up, and somebody is there for it.
    private func wait(until deadline: ContinuousClock.Instant?) -> Bool {
        var entries = [pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)]
        if let audience { entries.append(audience.pollEntry) }
        while true {
            let left = deadline.map { ($0 - .now).pollMilliseconds } ?? -1
            if left == 0 { return false }
            if poll(&entries, nfds_t(entries.count), left) > 0 { return entries[0].revents != 0 }
        }
    }
}
