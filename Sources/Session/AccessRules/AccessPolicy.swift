// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// Who may do what: the union of the rules that match, and nothing else.
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

    /// The rules.
    package var rules: [Rule]
    /// The user that the daemon runs as, who may do everything, as root may.
    package var ownUser: UInt32

    /// A policy of those rules.
    package init(rules: [Rule], ownUser: UInt32) { (self.rules, self.ownUser) = (rules, ownUser) }

    /// Whether the peer is root, or the daemon's own user.
    package func isTrusted(_ caller: Credentials) -> Bool {
        caller.uid != Credentials.overflowID && (caller.uid == 0 || caller.uid == ownUser)
    }

    /// What a peer may do.
    ///
    /// - Parameter isObserver: Whether they came by the observer socket, which never gives more than `identity.read`.
    package func capabilities(of caller: Credentials, isObserver: Bool) -> CapabilitySet {
        // A peer of another user namespace could be anybody.
        guard caller.uid != Credentials.overflowID else { return [] }
        if isObserver { return .ofObservers }
        return isTrusted(caller) ? .all : union(for: caller)
    }

    private func union(for caller: Credentials) -> CapabilitySet {
        var union: CapabilitySet = []
        for rule in rules where matches(rule.subject, caller) { union.formUnion(rule.capabilities) }
        return union
    }

    private func matches(_ subject: Rule.Subject, _ caller: Credentials) -> Bool {
        switch subject {
        case .user(let uid): caller.uid == uid
        case .group(let gid): gid != Credentials.overflowID && (caller.gid == gid || caller.groups.contains(gid))
        case .any: true
        case .unknown: false
        }
    }

    /// The error for a caller without a capability, with the line that would grant it, where one can.
    package func denial(of capability: Capability, to caller: Credentials, isObserver: Bool) -> SessionError {
        SessionError(
            .permissionDenied,
            "user \(caller.uid) has no right to \(capability.rawValue)"
                + (isObserver ? " on the observers' socket" : ""),
            hint: hint(on: capability, for: caller, isObserver: isObserver),
            details: [JSONMember("capability", .string(capability.rawValue))])
    }

    private func hint(on capability: Capability, for caller: Credentials, isObserver: Bool) -> String {
        if isObserver { return "that socket never gives more than identity.read: connect to the one for apps" }
        guard caller.uid != Credentials.overflowID else {
            return "no rule can name user \(caller.uid), which stands for every user that is not known here: "
                + "run the caller as a user of its own, and without PrivateUsers="
        }
        let line = "an administrator can grant it in [Access]: Allow=\(capability.rawValue) user:\(caller.uid)"
        let unknown = unknownNames(granting: capability)
        guard let first = unknown.first else { return line }
        let more = unknown.count > 1 ? " and \(unknown.count - 1) more" : ""
        return "\(first)\(more) may have it, and cannot be looked up now: see sessionctl health; or \(line)"
    }

    private func unknownNames(granting capability: Capability) -> [String] {
        rules.compactMap { rule in
            guard case .unknown(let name) = rule.subject, rule.capabilities.contains(capability) else { return nil }
            return name
        }
    }
}
