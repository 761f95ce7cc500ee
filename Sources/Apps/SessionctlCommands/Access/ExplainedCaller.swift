// SPDX-License-Identifier: Apache-2.0

import AccessRules
import Glibc
import SessiondPrimitives

/// A caller as the rules see one: a user, and all groups.
struct ExplainedCaller {
    /// `nil`: any user whom no rule names.
    let user: uid_t?
    let groups: Set<gid_t>

    /// The caller as the daemon would see one.
    var credentials: Credentials {
        var credentials = Credentials(memberOf: groups)
        if let user { credentials.uid = user }
        return credentials
    }

    /// This process.
    static var current: ExplainedCaller { ExplainedCaller(user: geteuid(), groups: Caller.processGroups) }

    /// A process of a user, and of further groups, by names or ids; of neither: this one.
    ///
    /// - Throws: ``CommandFailure``: there is no such user or group, or it could not be asked.
    static func named(user: String?, groups: [String]) throws(CommandFailure) -> ExplainedCaller {
        if user == nil, groups.isEmpty { return current }
        var found: Set<gid_t> = []
        for group in groups { found.insert(try id(.group(group), group)) }
        guard let user else { return ExplainedCaller(user: nil, groups: found) }
        let id = try id(.user(user), user)
        return ExplainedCaller(user: id, groups: found.union(try groupsOfAccount(id)))
    }

    // As in a rule: what is all digits is an id, and need not exist.
    private static func id(_ name: UnixName, _ text: String) throws(CommandFailure) -> UInt32 {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard text.utf8.allSatisfy(digits.contains) else {
            return try required(AccountLookUps.ids.answer(to: name), name)
        }
        guard let id = UInt32(text), id != .max else { throw .noSuch(name) }
        return id
    }

    // An id without an account has no groups.
    private static func groupsOfAccount(_ id: uid_t) throws(CommandFailure) -> Set<gid_t> {
        switch AccountLookUps.groups.answer(to: id) {
        case .found(let groups): return groups
        case .absent: return []
        case .unavailable(let failure): throw .unavailable("the groups of the user \(id)", failure, "id \(id)")
        }
    }

    private static func required(
        _ answer: AccountAnswer<UInt32>, _ name: UnixName
    ) throws(CommandFailure) -> UInt32 {
        switch answer {
        case .found(let id): return id
        case .absent: throw .noSuch(name)
        case .unavailable(let failure): throw .unavailable("\(name)", failure, name.command)
        }
    }
}

extension CommandFailure {
    fileprivate static func noSuch(_ name: UnixName) -> CommandFailure {
        let command = name.command.split(separator: " ").prefix(2).joined(separator: " ")
        let text = "\(name)".dropFirst("the ".count)
        return CommandFailure(.noUser, name: "unknownAccount", "there is no \(text)", hint: "see \(command)")
    }

    fileprivate static func unavailable(
        _ what: String, _ failure: AccountFailure, _ command: String
    ) -> CommandFailure {
        CommandFailure(
            .temporaryFailure, name: "nameUnavailable", "\(what) could not be asked: \(failure)",
            hint: "try again; see nsswitch.conf(5), and: \(command)")
    }
}
