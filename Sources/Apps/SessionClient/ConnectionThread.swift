// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessionProtocol
import SessiondPrimitives

/// What the thread of a ``Connection`` does: it waits with poll(2) and hands the answers out.
struct ConnectionThread {
    private struct Wait {
        let events: Int32
        let milliseconds: Int32
        var isLast = false
    }

    private let connection: Connection
    private var buffer = LineBuffer()

    /// Starts the thread, which keeps the connection alive until it leaves.
    static func start(_ connection: Connection) throws(SystemError) {
        let failure = DetachedThread.start(name: "sessiond-client") {
            var thread = ConnectionThread(connection)
            thread.run()
        }
        guard failure == 0 else { throw SystemError(call: .thread, number: failure) }
    }

    private init(_ connection: Connection) { self.connection = connection }

    /// Serves the connection until either side has closed it.
    private mutating func run() {
        while let wait = nextWait() {
            let events = sleep(wait)
            expire()
            if events & Int16(POLLOUT) != 0 { connection.state.withLock { connection.flush(&$0) } }
            if events & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
                if !receive() { break }
            } else if wait.isLast {
                break
            }
        }
        let endings = connection.state.withLock { state in
            let isClosing = state.isClosing
            // In the lock: from here on nobody sends or wakes.
            connection.closeDescriptors()
            return state.table.end(isClosing ? { .closed($0) } : nil)
        }
        resume(endings)
    }

    // What to wait for, and how long; nil: the connection is to be closed.
    private func nextWait() -> Wait? {
        connection.state.withLock { state in
            guard !state.isClosing else { return nil }
            // Nothing more can be sent: what the daemon has said already is read, and that is all.
            if state.isBroken { return Wait(events: POLLIN, milliseconds: 0, isLast: true) }
            state.sleepsUntil = state.table.nextExpiry
            return Wait(
                events: state.table.hasUnsent ? POLLIN | POLLOUT : POLLIN,
                milliseconds: state.sleepsUntil.map { ($0 - .now).pollMilliseconds } ?? -1
            )
        }
    }

    // The socket's events.
    private func sleep(_ wait: Wait) -> Int16 {
        var entries = [
            pollfd(fd: connection.socket, events: Int16(wait.events), revents: 0),
            pollfd(fd: connection.waker, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&entries, 2, wait.milliseconds) > 0 else { return 0 }
        if entries[1].revents != 0 { clinux_eventfd_clear(connection.waker) }
        return entries[0].revents
    }

    private func expire() {
        resume(connection.state.withLock { $0.table.expire(now: .now) })
    }

    // Whether the connection still stands.
    private mutating func receive() -> Bool {
        switch buffer.fill(from: connection.socket) {
        case .nothing: return true
        case .end: return false
        case .bytes: break
        }
        do throws(SessionError) {
            while let answer = try buffer.nextAnswer() {
                resume(connection.state.withLock { $0.table.take(answer) })
            }
            return true
        } catch {
            // Whose answer that was cannot be told, nor where the next one begins.
            resume(connection.state.withLock { state in state.table.end { .malformedAnswer($0, error) } })
            return false
        }
    }

    private func resume(_ endings: [Connection.Table.Ending]) {
        for ending in endings { ending.waiter.resume(returning: ending.outcome) }
    }
}
