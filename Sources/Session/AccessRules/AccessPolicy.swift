// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// Who may do what: the union of the rules that apply, and nothing else.
///
/// The daemon asks it for every connection, `sessionctl access explain` shows what it answers.
package struct AccessPolicy: Sendable, Equatable {
    /// One `Allow=` line.
    package struct Rule: Sendable, Equatable {
        /// Whom it is for.
        package enum Subject: Sendable, Equatable {
            /// A user, by id.
            case user(UInt32)
            /// A group, by id.
            case group(UInt32)
            /// Everybody who can connect.
            case any
            /// Who has a name that nobody has.
            case absent
            /// Who has a name, such as `the group tills`, that cannot be looked up now: nobody until it can.
            case unknown(String)
        }

        // What it grants.
        let capabilities: CapabilitySet
        /// To whom.
        let subject: Subject

        /// A rule that grants those capabilities.
        package init(capabilities: Set<Capability>, subject: Subject) {
            (self.capabilities, self.subject) = (CapabilitySet(capabilities), subject)
        }
    }

    /// One `AllowOrigin=` line: what pages of an origin may do at most, of what their user may.
    package struct PageRule: Sendable, Equatable {
        // What it grants; never `admin`.
        let capabilities: CapabilitySet
        /// To which pages.
        package let origin: WebOrigin

        /// A rule that grants those capabilities, but for `admin`.
        package init(capabilities: Set<Capability>, origin: WebOrigin) {
            self.capabilities = CapabilitySet(capabilities).subtracting(.ofAdministrators)
            self.origin = origin
        }
    }

    /// The rules.
    package var rules: [Rule] { didSet { grants = Grants(rules) } }
    // The same by whom they are for: what is asked for every connection.
    private var grants: Grants
    /// Those for pages.
    package var pageRules: [PageRule]
    /// The user that the daemon runs as, who may do everything, as root may; `nil`: that is not known.
    package var ownUser: UInt32?

    /// A policy of those rules.
    package init(rules: [Rule], pageRules: [PageRule] = [], ownUser: UInt32?) {
        (self.rules, self.pageRules, self.ownUser) = (rules, pageRules, ownUser)
        grants = Grants(rules)
    }

    /// The origins that have a rule, each once, in their order.
    package var origins: [WebOrigin] {
        var seen: Set<WebOrigin> = []
        return pageRules.map(\.origin).filter { seen.insert($0).inserted }
    }

    /// Whether the caller is root, or the daemon's own user.
    package func isTrusted(_ caller: Credentials) -> Bool {
        switch exception(for: caller, isObserver: false) {
        case .root, .ownUser: true
        case .stranger, .observer, nil: false
        }
    }

    /// What a caller may do; allocates nothing.
    ///
    /// - Parameters:
    ///   - isObserver: Whether they came by the observer socket, which never gives more than `identity.read`.
    ///   - origin: On behalf of which pages, which takes away what those may not; `nil`: of none.
    package func capabilities(
        of caller: Credentials, isObserver: Bool, onBehalfOf origin: WebOrigin? = nil
    ) -> CapabilitySet {
        let own = exception(for: caller, isObserver: isObserver)?.capabilities ?? grants.capabilities(of: caller)
        return origin.map { own.intersection(AccessDecision.Page(origin: $0, rules: pageRules).capabilities) } ?? own
    }

    /// What a caller may do, and why.
    package func decision(
        on caller: Credentials, isObserver: Bool, onBehalfOf origin: WebOrigin? = nil
    ) -> AccessDecision {
        AccessDecision(
            caller: caller, isObserver: isObserver, exception: exception(for: caller, isObserver: isObserver),
            findings: rules.map { AccessDecision.Finding(rule: $0, verdict: $0.verdict(on: caller)) },
            page: origin.map { AccessDecision.Page(origin: $0, rules: pageRules) })
    }

    private func exception(for caller: Credentials, isObserver: Bool) -> AccessDecision.Exception? {
        if caller.uid == Credentials.overflowID { return .stranger }
        if isObserver { return .observer }
        if caller.uid == 0 { return .root }
        return caller.uid == ownUser ? .ownUser : nil
    }
}

extension AccessPolicy.Rule {
    fileprivate func verdict(on caller: Credentials) -> AccessDecision.Verdict {
        switch subject {
        case .user(let uid): caller.uid == uid ? .applies : .isForOthers
        case .group(let gid): caller.isMember(of: gid) ? .applies : .isForOthers
        case .any: .applies
        case .absent: .isForNobody
        case .unknown: .isNotKnown
        }
    }
}

/// What rules grant, by whom they are for.
private struct Grants: Sendable, Equatable {
    private var everybody: CapabilitySet = []
    private let users: GrantTable
    private let groups: GrantTable

    init(_ rules: [AccessPolicy.Rule]) {
        var users: [(id: UInt32, capabilities: CapabilitySet)] = []
        var groups = users
        for rule in rules {
            switch rule.subject {
            case .user(let uid): users.append((uid, rule.capabilities))
            case .group(let gid) where gid != Credentials.overflowID: groups.append((gid, rule.capabilities))
            case .any: everybody.formUnion(rule.capabilities)
            case .group, .absent, .unknown: break
            }
        }
        (self.users, self.groups) = (GrantTable(users), GrantTable(groups))
    }

    func capabilities(of caller: Credentials) -> CapabilitySet {
        everybody.union(users.capabilities(of: caller.uid)).union(groups.capabilities(of: caller.gid))
            .union(groups.capabilities(ofAny: caller.groups))
    }
}
