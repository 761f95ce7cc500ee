// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemAccounts

/// A caller as the rules see one: a user, and all groups.
struct ExplainedCaller {
    /// `nil`: any user whom no rule names.
    let user: uid_t?
    let groups: Set<gid_t>

    /// The user whom the kernel names for a process of another user namespace, user_namespaces(7).
    static let overflowID: uid_t = 65_534

    /// This process.
    static var current: ExplainedCaller { ExplainedCaller(user: geteuid(), groups: Caller.processGroups) }

    /// A process of a user, and of further groups, by names or ids; of neither: this one.
    ///
    /// - Throws: ``CommandFailure``: there is no such user or group.
    static func named(user: String?, groups: [String]) throws(CommandFailure) -> ExplainedCaller {
        if user == nil, groups.isEmpty { return current }
        var found: Set<gid_t> = []
        for group in groups {
            guard let id = id(group, AccountDatabase.group(named:)) else { throw .noSuch("group", group) }
            found.insert(id)
        }
        guard let user else { return ExplainedCaller(user: nil, groups: found) }
        guard let id = id(user, AccountDatabase.user(named:)) else { throw .noSuch("user", user) }
        return ExplainedCaller(
            user: id, groups: found.union(AccountDatabase.groups(ofUser: AccountDatabase.name(ofUser: id))))
    }

    // As in a rule: what is all digits is an id, and need not exist.
    private static func id(_ text: String, _ lookUp: (String) -> UInt32?) -> UInt32? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard text.utf8.allSatisfy(digits.contains) else { return lookUp(text) }
        return UInt32(text).flatMap { $0 == .max ? nil : $0 }
    }
}

extension CommandFailure {
    fileprivate static func noSuch(_ kind: String, _ name: String) -> CommandFailure {
        CommandFailure(
            .noUser, name: "unknownAccount", "there is no \(kind) \(name)",
            hint: "see getent \(kind == "user" ? "passwd" : "group")")
    }
}
