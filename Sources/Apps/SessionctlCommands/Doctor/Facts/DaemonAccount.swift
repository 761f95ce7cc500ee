// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondLinux
import SessiondPrimitives

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

    /// A user with the groups that the account database has; `nil`: it could not be asked.
    init?(user: uid_t) {
        switch AccountDatabase.name(of: .user(user)) {
        case .found(let name):
            guard let group = AccountDatabase.primaryGroup(ofUser: name).value,
                let groups = AccountDatabase.groups(ofUser: name).value
            else { return nil }
            self.init(user: user, group: group, groups: groups.union([group]), name: name)
        case .absent: self.init(user: user, group: getegid(), groups: [getegid()], name: String(user))
        case .unavailable: return nil
        }
    }

    /// Who a service runs as; `nil`: there is no such user, or it could not be asked.
    init?(of unit: UnitFacts) {
        let name = unit["User"]
        guard !name.isEmpty else {
            self = .root
            return
        }
        guard let user = AccountDatabase.id(of: .user(name)).value, let account = DaemonAccount(user: user) else {
            return nil
        }
        let group = unit["Group"].isEmpty ? account.group : AccountDatabase.group(named: unit["Group"]).value
        guard let group else { return nil }
        self.init(user: user, group: group, groups: account.groups.union([group]), name: name)
    }

    /// Whose files it trusts beside root's.
    var reader: FileReader { FileReader(user: user, group: group) }
}
