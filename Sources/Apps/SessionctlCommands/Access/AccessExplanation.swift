// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol
import SessiondPrimitives

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
    /// Those whose user or group could not be asked: whether they are for the caller is not known.
    let undecided: [(rule: AccessRule, because: AccountFailure)]

    /// Applies rules to a caller.
    ///
    /// - Parameters:
    ///   - daemonUser: Whom the daemon runs as; `nil` where that is not known.
    ///   - accounts: What has become of the names in the rules.
    init(
        _ rules: [AccessRule], to caller: ExplainedCaller, daemonUser: UInt32?,
        accounts: [UnixName: AccountAnswer<UInt32>]
    ) {
        self.caller = caller
        exception =
            switch caller.user {
            case ExplainedCaller.overflowID: .nobody
            case 0: .root
            case let user? where user == daemonUser: .daemon
            default: nil
            }
        var (matching, idle, undecided): ([AccessRule], [AccessRule], [(AccessRule, AccountFailure)]) = ([], [], [])
        for rule in rules {
            switch caller.matches(rule.subject, accounts) {
            case .found(true): matching.append(rule)
            case .found(false): break
            case .absent: idle.append(rule)
            case .unavailable(let failure): undecided.append((rule, failure))
            }
        }
        (self.matching, self.idle, self.undecided) = (matching, idle, undecided)
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
    /// Whether a rule's subject is this caller, as far as its name could be looked up.
    fileprivate func matches(
        _ subject: AccessSubject, _ accounts: [UnixName: AccountAnswer<UInt32>]
    ) -> AccountAnswer<Bool> {
        switch subject {
        case .any: .found(true)
        case .user(.id(let id)): .found(user == id)
        case .user(.name(let name)): (accounts[.user(name)] ?? .absent).map { user == $0 }
        case .group(.id(let id)): .found(isMember(of: id))
        case .group(.name(let name)): (accounts[.group(name)] ?? .absent).map(isMember)
        }
    }

    private func isMember(of group: UInt32) -> Bool { group != Self.overflowID && groups.contains(group) }
}
