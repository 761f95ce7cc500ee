// SPDX-License-Identifier: Apache-2.0

import Glibc
import PlainFiles
import SystemAccounts

/// Who the daemon runs as.
struct DaemonAccount: Sendable, Equatable {
    /// The user.
    let user: uid_t
    /// The primary group.
    let group: gid_t
    /// All of its groups.
    let groups: Set<gid_t>
    /// The user's name.
    let name: String

    /// Root, who may read and write everything.
    static let root = DaemonAccount(user: 0, group: 0, groups: [0], name: "root")

    private init(user: uid_t, group: gid_t, groups: Set<gid_t>, name: String) {
        (self.user, self.group, self.groups, self.name) = (user, group, groups, name)
    }

    /// A user with the groups that the account database has.
    init(user: uid_t) {
        let name = AccountDatabase.name(ofUser: user)
        let group = AccountDatabase.primaryGroup(ofUser: name) ?? getegid()
        self.init(user: user, group: group, groups: AccountDatabase.groups(ofUser: name).union([group]), name: name)
    }

    /// Who a service runs as; `nil`: there is no such user.
    init?(of unit: UnitFacts) {
        let name = unit["User"]
        guard !name.isEmpty else {
            self = .root
            return
        }
        guard let user = AccountDatabase.user(named: name) else { return nil }
        let account = DaemonAccount(user: user)
        let group = AccountDatabase.group(named: unit["Group"]) ?? account.group
        self.init(user: user, group: group, groups: account.groups.union([group]), name: name)
    }

    /// Whose files it trusts beside root's.
    var reader: FileReader { FileReader(user: user, group: group) }
}
