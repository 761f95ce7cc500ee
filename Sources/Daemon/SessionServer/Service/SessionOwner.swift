// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import SessionMachine

/// The way to the session's owner, who decides what the service does not.
struct SessionOwner {
    /// `nil` where the configuration cannot be used.
    var session: DeviceSession?
    private var touch = TouchRelay.idle

    /// Whether the session is being told that the customer is active.
    private enum TouchRelay {
        case idle
        case underWay
        /// Another touch came meanwhile.
        case underWayAgain
    }

    /// Passes on that the customer is active, without anybody waiting for it: a thousand touches at once are two.
    ///
    /// - Parameter taken: Is called on the session's thread; ``touchWasTaken(_:)`` is to follow.
    mutating func relayTouch(_ taken: @escaping @Sendable () -> Void) {
        guard touch == .idle else {
            touch = .underWayAgain
            return
        }
        guard let session else { return }
        touch = .underWay
        session.touch(taken)
    }

    /// Notes that the session has taken a touch, and passes on one that came meanwhile.
    mutating func touchWasTaken(_ taken: @escaping @Sendable () -> Void) {
        let isDueAgain = touch == .underWayAgain
        touch = .idle
        if isDueAgain { relayTouch(taken) }
    }

    /// Has the session take the last touch, and store what is in memory alone. A disk that hangs holds no stop up.
    func endStop() {
        guard let session else { return }
        if touch == .underWayAgain { session.touch {} }
        session.prepareToStop(within: ServerLimits.lastStore)
    }
}
