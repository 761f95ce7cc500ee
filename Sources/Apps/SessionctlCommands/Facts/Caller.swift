// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

/// Who runs this program.
struct Caller: Sendable {
    /// The user.
    let user: uid_t
    /// The user's name.
    let name: String
    /// The groups of this process, as the kernel shows them to the daemon.
    let groups: Set<gid_t>
    /// The groups that the next login will have, as far as the account database says.
    let futureGroups: AccountAnswer<Set<gid_t>>

    /// This process; asks the account database, within the limits of look-ups.
    static func current() -> Caller {
        Caller(
            user: geteuid(), name: AccountLabels.user(geteuid()), groups: processGroups,
            futureGroups: AccountLookUps.groups.answer(to: geteuid()))
    }

    /// The groups of this process.
    static var processGroups: Set<gid_t> {
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = getgroups(Int32(groups.count), &groups)
        return Set(groups.prefix(Int(max(0, count)))).union([getegid()])
    }
}
