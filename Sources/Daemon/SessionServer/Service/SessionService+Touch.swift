// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import LineServer

/// Whether the session is being told that the customer is active.
enum TouchRelay {
    case idle
    case underWay
    /// Another touch came meanwhile.
    case underWayAgain
}

extension SessionService {
    /// Passes on that the customer is active, without anybody waiting for it: a thousand touches at once are two.
    func relayTouch() {
        guard touch == .idle else {
            touch = .underWayAgain
            return
        }
        guard let session, let mailbox = loop?.mailbox else { return }
        touch = .underWay
        session.touch { mailbox.post(.touched) }
    }

    /// Has the session take the last touch, and store what is in memory alone. A disk that hangs holds no stop up.
    func endStop() {
        guard let session else { return }
        if touch == .underWayAgain { session.touch {} }
        session.prepareToStop(within: ServerLimits.lastStore)
    }

    func touchWasTaken() {
        let isDueAgain = touch == .underWayAgain
        touch = .idle
        if isDueAgain { relayTouch() }
    }
}
