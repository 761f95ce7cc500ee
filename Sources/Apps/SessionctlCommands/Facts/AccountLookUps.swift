// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

/// Look-ups of this program: none takes longer than ``LookUpLimits/deadline``, whatever hangs.
enum AccountLookUps {
    /// What users and groups stand for.
    static let ids = LookUps<UnixName, UInt32>(ask: AccountDatabase.id(of:))
    /// The groups that users have after the next login.
    static let groups = LookUps<uid_t, Set<gid_t>> { user in
        switch AccountDatabase.name(of: .user(user)) {
        case .found(let name): AccountDatabase.groups(ofUser: name)
        case .absent: .absent
        case .unavailable(let failure): .unavailable(failure)
        }
    }
}
