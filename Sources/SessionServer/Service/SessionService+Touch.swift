// SPDX-License-Identifier: Apache-2.0

import SessionCore

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

    func touchWasTaken() {
        let isDueAgain = touch == .underWayAgain
        touch = .idle
        if isDueAgain { relayTouch() }
    }
}
