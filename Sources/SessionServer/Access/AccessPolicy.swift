// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

/// Who may do what: the union of the rules that match, and nothing else.
public struct AccessPolicy: Sendable, Equatable {
    /// One `Allow=` line.
    public struct Rule: Sendable, Equatable {
        /// Whom it is for.
        public enum Subject: Sendable, Equatable {
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
        public let subject: Subject

        /// A rule that grants those capabilities.
        public init(capabilities: Set<Capability>, subject: Subject) {
            (self.capabilities, self.subject) = (CapabilitySet(capabilities), subject)
        }
    }

    /// The rules.
    public var rules: [Rule]
    /// The user that the daemon runs as, who may do everything, as root may.
    public var ownUser: UInt32

    /// A policy of those rules.
    public init(rules: [Rule], ownUser: UInt32) { (self.rules, self.ownUser) = (rules, ownUser) }

    /// Whether the peer is root, or the daemon's own user.
    func isTrusted(_ peer: Peer) -> Bool {
        peer.uid != Peer.overflowID && (peer.uid == 0 || peer.uid == ownUser)
    }

    /// What a peer may do.
    ///
    /// - Parameter isObserver: Whether they came by the observer socket, which never gives more than `identity.read`.
    func capabilities(of peer: Peer, isObserver: Bool) -> CapabilitySet {
        // A peer of another user namespace could be anybody.
        guard peer.uid != Peer.overflowID else { return [] }
        if isObserver { return .ofObservers }
        return isTrusted(peer) ? .all : union(for: peer)
    }

    private func union(for peer: Peer) -> CapabilitySet {
        var union: CapabilitySet = []
        for rule in rules where matches(rule.subject, peer) { union.formUnion(rule.capabilities) }
        return union
    }

    private func matches(_ subject: Rule.Subject, _ peer: Peer) -> Bool {
        switch subject {
        case .user(let uid): peer.uid == uid
        case .group(let gid): gid != Peer.overflowID && (peer.gid == gid || peer.groups.contains(gid))
        case .any: true
        case .unknown: false
        }
    }

    /// The error for a caller without a capability, with the line that would grant it, where one can.
    func denial(of capability: Capability, to peer: Peer, isObserver: Bool) -> SessionError {
        SessionError(
            .permissionDenied,
            "user \(peer.uid) has no right to \(capability.rawValue)"
                + (isObserver ? " on the observers' socket" : ""),
            hint: hint(on: capability, for: peer, isObserver: isObserver),
            details: [JSONMember("capability", .string(capability.rawValue))])
    }

    private func hint(on capability: Capability, for peer: Peer, isObserver: Bool) -> String {
        if isObserver { return "that socket never gives more than identity.read: connect to the one for apps" }
        guard peer.uid != Peer.overflowID else {
            return "no rule can name user \(peer.uid), which stands for every user that is not known here: "
                + "run the caller as a user of its own, and without PrivateUsers="
        }
        let line = "an administrator can grant it in [Access]: Allow=\(capability.rawValue) user:\(peer.uid)"
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
