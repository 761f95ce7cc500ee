// SPDX-License-Identifier: Apache-2.0

import Logging
import SealedStore
import SessionProtocol
import SessionServer

/// What there is to say of a stored session that is not the last one: the session goes on with it all the same.
struct RollbackReport {
    let rollback: StoreRollback

    init(_ rollback: StoreRollback) { self.rollback = rollback }

    private var text: String {
        let (found, last) = (rollback.revision, rollback.last)
        return rollback.isOtherInstallation
            ? "another stored session has come in place of the last one: revision \(found), where revision "
                + "\(last.revision) of installation \(last.installationID) was the last"
            : "an older state of the stored session has come back: revision \(found), where \(last.revision) was the last"
    }

    private var hint: String {
        "tokens that were replaced since may not be taken any more; where nobody has restored a backup, something rolls "
            + "the state back: see sessiond-image(7)"
    }

    /// Says it; what `daemon.health` says of it.
    func log(to logger: Logger) -> HealthAnswer.Problem {
        logger.warning(
            "\(text); the session goes on as it was then (\(hint))",
            metadata: [
                "MESSAGE_ID": "\(JournalEvent.storeRolledBack.rawValue)", "STORE_REVISION": "\(rollback.revision)",
                "STORE_LAST_REVISION": "\(rollback.last.revision)",
            ])
        return HealthAnswer.Problem(name: "storeRolledBack", hint: "\(text) (\(hint))")
    }
}
