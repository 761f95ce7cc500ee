// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol
import SystemAccounts

/// What a caller may do, and by which lines of which files: the daemon's decision, without the daemon.
struct AccessExplanation {
    /// Why the rules do not matter.
    enum Exception {
        /// Root has everything.
        case root
        /// So has the user that the daemon runs as.
        case daemon
        /// A user of another user namespace, who could be anybody.
        case nobody
    }

    let caller: ExplainedCaller
    /// `nil`: the rules decide.
    let exception: Exception?
    /// Those that match, in their order.
    let matching: [AccessRule]
    /// Those whose user or group does not exist, and which so grant nothing.
    let idle: [AccessRule]

    /// Applies rules to a caller.
    ///
    /// - Parameter daemonUser: Whom the daemon runs as; `nil` where that is not known.
    init(_ rules: [AccessRule], to caller: ExplainedCaller, daemonUser: UInt32?) {
        self.caller = caller
        exception =
            switch caller.user {
            case ExplainedCaller.overflowID: .nobody
            case 0: .root
            case let user? where user == daemonUser: .daemon
            default: nil
            }
        matching = rules.filter { caller.matches($0.subject) == true }
        idle = rules.filter { caller.matches($0.subject) == nil }
    }

    /// Whether the caller has a capability.
    func grants(_ capability: Capability) -> Bool {
        switch exception {
        case .root, .daemon: true
        case .nobody: false
        case nil: !rules(granting: capability).isEmpty
        }
    }

    /// The lines that grant a capability.
    func rules(granting capability: Capability) -> [AccessRule] {
        exception == nil ? matching.filter { $0.capabilities.contains(capability) } : []
    }

    /// The line that would grant a capability; `nil` where none can.
    func missingLine(for capability: Capability) -> String? {
        guard exception == nil else { return nil }
        let subject = caller.user.map { "user:\($0)" } ?? caller.groups.min().map { "group:\($0)" }
        return subject.map { "Allow=\(capability.rawValue) \($0)" }
    }
}

extension ExplainedCaller {
    /// Whether a rule's subject is this caller; `nil` where it is a name that nobody has.
    fileprivate func matches(_ subject: AccessSubject) -> Bool? {
        switch subject {
        case .any: true
        case .user(.id(let id)): user == id
        case .user(.name(let name)): AccountDatabase.user(named: name).map { user == $0 }
        case .group(.id(let id)): isMember(of: id)
        case .group(.name(let name)): AccountDatabase.group(named: name).map(isMember)
        }
    }

    private func isMember(of group: UInt32) -> Bool { group != Self.overflowID && groups.contains(group) }
}
