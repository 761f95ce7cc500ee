// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

/// How another thread ends a ``SessionFollower``.
package final class FollowControl: Sendable {
    private struct State {
        var isEnded = false
        var socket: Int32?
    }

    private let state = Monitor(State())

    /// The control of one follower.
    package init() {}

    /// Has the follower end, wherever it waits.
    package func end() {
        state.withLock { state in
            state.isEnded = true
            // What it waits for there is over.
            if let socket = state.socket { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// Notes the socket that the follower waits at; `nil`: none.
    func note(_ socket: Int32?) {
        state.withLock { state in
            state.socket = socket
            if let socket, state.isEnded { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    /// Waits, but not beyond the end.
    func sleep(_ duration: Duration) {
        _ = state.wait(until: MonotonicInstant.now.advanced(by: duration).timespec) { $0.isEnded }
    }
}
