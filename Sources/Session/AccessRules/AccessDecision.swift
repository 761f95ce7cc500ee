// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// What a caller may do, and why.
package struct AccessDecision: Sendable, Equatable {
    /// What decides in place of the rules.
    package enum Exception: Sendable, Equatable {
        /// A user of another user namespace, who could be anybody, may do nothing.
        case stranger
        /// Whoever came by the observers' socket may look, and no more.
        case observer
        /// Root may do everything.
        case root
        /// So may the user that the daemon runs as.
        case ownUser

        /// What it gives.
        var capabilities: CapabilitySet {
            switch self {
            case .stranger: []
            case .observer: .ofObservers
            case .root, .ownUser: .all
            }
        }
    }

    /// What a rule is for the caller.
    package enum Verdict: Sendable, Equatable {
        /// It gives the caller what it grants.
        case applies
        /// It names others.
        case isForOthers
        /// It names somebody whom there is not.
        case isForNobody
        /// It names somebody who cannot be looked up, and gives nobody anything until that can be.
        case isNotKnown
    }

    /// A rule, and what it is for the caller.
    struct Finding: Sendable, Equatable {
        let rule: AccessPolicy.Rule
        let verdict: Verdict
    }

    let caller: Credentials
    let isObserver: Bool
    /// `nil`: the rules decide.
    package let exception: Exception?
    /// In the order of the rules.
    let findings: [Finding]

    /// What the caller may do.
    package var capabilities: CapabilitySet {
        exception?.capabilities
            ?? findings.reduce(into: []) { if $1.verdict == .applies { $0.formUnion($1.rule.capabilities) } }
    }

    /// Which rules are that for the caller, whatever they grant: their places in the policy.
    package func rules(that verdict: Verdict) -> [Int] { findings.indices.filter { findings[$0].verdict == verdict } }

    /// Which rules of a verdict decide on a capability: none where an exception does.
    package func rules(that verdict: Verdict, granting capability: Capability) -> [Int] {
        guard exception == nil else { return [] }
        return rules(that: verdict).filter { findings[$0].rule.capabilities.contains(capability) }
    }

    /// The line in `[Access]` that would grant a capability; `nil` where none would.
    package func line(granting capability: Capability) -> String? {
        guard exception == nil else { return nil }
        guard caller.uid == Credentials.noID else { return "Allow=\(capability.rawValue) user:\(caller.uid)" }
        return caller.nameableGroup.map { "Allow=\(capability.rawValue) group:\($0)" }
    }
}
