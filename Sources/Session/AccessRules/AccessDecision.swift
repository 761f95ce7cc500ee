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

    /// The pages that a caller speaks for, and the rules for pages.
    struct Page: Sendable, Equatable {
        let origin: WebOrigin
        let rules: [AccessPolicy.PageRule]

        /// The rules for them that grant a capability: their places in the policy.
        func rules(granting capability: Capability) -> [Int] {
            rules.indices.filter { rules[$0].origin == origin && rules[$0].capabilities.contains(capability) }
        }

        var capabilities: CapabilitySet {
            rules.reduce(into: []) { if $1.origin == origin { $0.formUnion($1.capabilities) } }
        }
    }

    let caller: Credentials
    let isObserver: Bool
    /// `nil`: the rules decide.
    package let exception: Exception?
    /// In the order of the rules.
    let findings: [Finding]
    /// `nil`: the caller speaks for no page.
    let page: Page?

    /// What the caller may do.
    package var capabilities: CapabilitySet {
        page.map { ownCapabilities.intersection($0.capabilities) } ?? ownCapabilities
    }

    /// What the caller could do who speaks for no page.
    package var ownCapabilities: CapabilitySet {
        exception?.capabilities
            ?? findings.reduce(into: []) { if $1.verdict == .applies { $0.formUnion($1.rule.capabilities) } }
    }

    /// What its pages may do at most, whoever their user is; `nil`: the caller speaks for none.
    package var pageCapabilities: CapabilitySet? { page?.capabilities }

    /// Which rules for pages let them have a capability: their places in the policy.
    package func pageRules(granting capability: Capability) -> [Int] { page?.rules(granting: capability) ?? [] }

    /// Which rules are that for the caller, whatever they grant: their places in the policy.
    package func rules(that verdict: Verdict) -> [Int] { findings.indices.filter { findings[$0].verdict == verdict } }

    /// Which rules of a verdict decide on a capability: none where an exception does.
    package func rules(that verdict: Verdict, granting capability: Capability) -> [Int] {
        guard exception == nil else { return [] }
        return rules(that: verdict).filter { findings[$0].rule.capabilities.contains(capability) }
    }

    /// The line in `[Access]` that would let the caller's pages have a capability; `nil` where none would.
    package func originLine(granting capability: Capability) -> String? {
        guard let page, capability != .admin else { return nil }
        return "AllowOrigin=\(capability.rawValue) \(page.origin)"
    }

    /// The line in `[Access]` that would grant a capability to the caller, whatever the page; `nil` where none would.
    package func line(granting capability: Capability) -> String? {
        guard exception == nil else { return nil }
        guard caller.uid == Credentials.noID else { return "Allow=\(capability.rawValue) user:\(caller.uid)" }
        return caller.nameableGroup.map { "Allow=\(capability.rawValue) group:\($0)" }
    }
}
