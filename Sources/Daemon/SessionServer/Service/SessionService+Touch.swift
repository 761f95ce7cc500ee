// SPDX-License-Identifier: Apache-2.0

import LineServer

extension SessionService {
    func relayTouch() {
        owner.relayTouch { [mailbox] in mailbox.post(.touched) }
    }

    func touchWasTaken() {
        owner.touchWasTaken { [mailbox] in mailbox.post(.touched) }
    }

    func endStop() { owner.endStop() }
}
