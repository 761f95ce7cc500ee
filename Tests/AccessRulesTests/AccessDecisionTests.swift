// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import AccessRules
@testable import TestSupport

/// What holds for the decisions on many callers by many policies, made up by chance that can be repeated.
@Suite(.timeLimit(.minutes(10))) struct AccessDecisionTests {
    /// A policy and a caller of it.
    struct Case: CustomTestStringConvertible {
        let policy: AccessPolicy
        let caller: Credentials
        let isObserver: Bool

        var decision: AccessDecision { policy.decision(on: caller, isObserver: isObserver) }

        func capabilities(by policy: AccessPolicy) -> CapabilitySet {
            policy.capabilities(of: caller, isObserver: isObserver)
        }

        var testDescription: String { "\(caller), \(policy.rules.count) rules" }
    }

    // Few ids, so that rules often apply.
    static let ids: [UInt32] = [0, 7, 8, 9, Credentials.overflowID]

    static let cases: [Case] = {
        var random = SeededRandom(seed: 14)
        return (0..<4_000).map { _ in
            let rules = (0..<Int.random(in: 0...5, using: &random)).map { _ in rule(&random) }
            let ownUser = any(of: [nil, 7, Credentials.overflowID] as [UInt32?], &random)
            return Case(
                policy: AccessPolicy(rules: rules, ownUser: ownUser), caller: caller(&random),
                isObserver: Int.random(in: 0..<8, using: &random) == 0)
        }
    }()

    private static func rule(_ random: inout SeededRandom) -> AccessPolicy.Rule {
        let id = any(of: ids, &random)
        let subjects: [AccessPolicy.Rule.Subject] = [.user(id), .group(id), .any, .absent, .unknown("the group \(id)")]
        let granted = Capability.allCases.filter { _ in Bool.random(using: &random) }
        return AccessPolicy.Rule(capabilities: Set(granted), subject: any(of: subjects, &random))
    }

    private static func caller(_ random: inout SeededRandom) -> Credentials {
        let groups = ids.filter { _ in Bool.random(using: &random) }.shuffled(using: &random)
        // Who is in no group that a line can name is asked for by nobody.
        if Int.random(in: 0..<8, using: &random) == 0 { return Credentials(memberOf: Set(groups).union([9])) }
        return Credentials(uid: any(of: ids, &random), gid: any(of: ids, &random), groups: groups)
    }

    private static func any<Element>(of elements: [Element], _ random: inout SeededRandom) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }

    /// Checks all cases, and tells of the first that fails.
    private func expectOfEach(
        _ holds: (Case) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let exception = Self.cases.first { !holds($0) }
        #expect(exception == nil, sourceLocation: sourceLocation)
    }

    @Test func whatIsExplainedIsWhatIsDecided() {
        expectOfEach { $0.decision.capabilities == $0.capabilities(by: $0.policy) }
    }

    @Test func everyGrantHasAReasonAndNothingElseIsGranted() {
        expectOfEach { each in
            let decision = each.decision
            return Capability.allCases.allSatisfy { capability in
                let hasReason =
                    switch decision.exception {
                    case .stranger: false
                    case .observer: capability == .identityRead
                    case .root, .ownUser: true
                    case nil: !decision.rules(that: .applies, granting: capability).isEmpty
                    }
                return decision.capabilities.contains(capability) == hasReason
            }
        }
    }

    @Test func theLineThatIsMissedGrantsThatAndNoMore() {
        expectOfEach { each in
            Capability.allCases.allSatisfy { capability in
                guard let line = each.decision.line(granting: capability) else {
                    return each.decision.exception != nil
                }
                guard let rule = Self.rule(reading: line, capability) else { return false }
                var policy = each.policy
                policy.rules.append(rule)
                return each.capabilities(by: policy) == each.decision.capabilities.union(CapabilitySet([capability]))
            }
        }
    }

    private static func rule(reading line: String, _ capability: Capability) -> AccessPolicy.Rule? {
        let words = line.split(separator: " ")
        let parts = words.last?.split(separator: ":") ?? []
        guard words.count == 2, words[0] == "Allow=\(capability.rawValue)", parts.count == 2,
            let id = UInt32(parts[1])
        else { return nil }
        return AccessPolicy.Rule(capabilities: [capability], subject: parts[0] == "user" ? .user(id) : .group(id))
    }

    @Test func rulesWithoutAnIDGrantNothingAndWithOneTheyTakeNothingAway() {
        expectOfEach { each in
            var (without, found) = (each.policy, each.policy)
            without.rules.removeAll { $0.subject.isUnresolved }
            found.rules = found.rules.map { rule in
                rule.subject.isUnresolved ? AccessPolicy.Rule(rule.capabilities, .user(9)) : rule
            }
            let now = each.decision.capabilities
            return each.capabilities(by: without) == now && each.capabilities(by: found).isSuperset(of: now)
        }
    }

    @Test func theOrderOfTheRulesDecidesNothing() {
        expectOfEach { each in
            let policy = AccessPolicy(rules: each.policy.rules.reversed(), ownUser: each.policy.ownUser)
            return each.capabilities(by: policy) == each.decision.capabilities
        }
    }

    @Test func whatIsDeniedIsDeniedForTheReasonThatIsTrue() {
        expectOfEach { each in
            let denied = Capability.allCases.filter { !each.decision.capabilities.contains($0) }
            return denied.allSatisfy { capability in
                let hint = each.decision.denial(of: capability).hint ?? ""
                let line = each.decision.line(granting: capability)
                let open = each.decision.rules(that: .isNotKnown, granting: capability)
                return (line.map { hint.hasSuffix($0) } ?? !hint.contains("Allow="))
                    && hint.contains("cannot be looked up now") == !open.isEmpty
            }
        }
    }
}

extension AccessPolicy.Rule {
    fileprivate init(_ capabilities: CapabilitySet, _ subject: Subject) {
        self.init(capabilities: Set(Capability.allCases.filter(capabilities.contains)), subject: subject)
    }
}

extension AccessPolicy.Rule.Subject {
    fileprivate var isUnresolved: Bool {
        switch self {
        case .absent, .unknown: true
        case .user, .group, .any: false
        }
    }
}
