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
        let groups = ids.filter { _ in Bool.random(using: &random) }
        // Who is in no group that a line can name is asked for by nobody.
        if Int.random(in: 0..<8, using: &random) == 0 { return Credentials(memberOf: Set(groups).union([9])) }
        return Credentials(uid: any(of: ids, &random), gid: any(of: ids, &random), groups: groups)
    }

    private static func any<Element>(of elements: [Element], _ random: inout SeededRandom) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }

    @Test func whatIsExplainedIsWhatIsDecided() {
        for each in Self.cases {
            #expect(
                each.decision.capabilities == each.policy.capabilities(of: each.caller, isObserver: each.isObserver))
        }
    }

    @Test func everyGrantHasAReasonAndNothingElseIsGranted() {
        for each in Self.cases {
            let decision = each.decision
            for capability in Capability.allCases {
                let hasReason =
                    switch decision.exception {
                    case .stranger: false
                    case .observer: capability == .identityRead
                    case .root, .ownUser: true
                    case nil: !decision.rules(that: .applies, granting: capability).isEmpty
                    }
                #expect(decision.capabilities.contains(capability) == hasReason, "\(each)")
            }
        }
    }

    @Test func theLineThatIsMissedGrantsThatAndNoMore() {
        for each in Self.cases {
            for capability in Capability.allCases {
                guard let line = each.decision.line(granting: capability) else {
                    #expect(each.decision.exception != nil)
                    continue
                }
                var policy = each.policy
                policy.rules.append(Self.rule(reading: line, capability))
                let after = policy.decision(on: each.caller, isObserver: each.isObserver).capabilities
                #expect(after == each.decision.capabilities.union(CapabilitySet([capability])), "\(each): \(line)")
            }
        }
    }

    private static func rule(reading line: String, _ capability: Capability) -> AccessPolicy.Rule {
        let words = line.split(separator: " ")
        #expect(words.count == 2 && words[0] == "Allow=\(capability.rawValue)")
        let parts = words.last?.split(separator: ":") ?? []
        let id = parts.last.flatMap { UInt32($0) } ?? Credentials.noID
        return AccessPolicy.Rule(capabilities: [capability], subject: parts.first == "user" ? .user(id) : .group(id))
    }

    @Test func rulesWithoutAnIDGrantNothingAndWithOneTheyTakeNothingAway() {
        for each in Self.cases {
            var (without, found) = (each.policy, each.policy)
            without.rules.removeAll { $0.subject.isUnresolved }
            found.rules = found.rules.map { rule in
                rule.subject.isUnresolved ? AccessPolicy.Rule(rule.capabilities, .user(9)) : rule
            }
            let now = each.decision.capabilities
            #expect(without.capabilities(of: each.caller, isObserver: each.isObserver) == now)
            #expect(found.capabilities(of: each.caller, isObserver: each.isObserver).isSuperset(of: now))
        }
    }

    @Test func theOrderOfTheRulesDecidesNothing() {
        for each in Self.cases {
            let policy = AccessPolicy(rules: each.policy.rules.reversed(), ownUser: each.policy.ownUser)
            #expect(
                policy.capabilities(of: each.caller, isObserver: each.isObserver) == each.decision.capabilities)
        }
    }

    @Test func whatIsDeniedIsDeniedForTheReasonThatIsTrue() {
        for each in Self.cases {
            let denied = Capability.allCases.filter { !each.decision.capabilities.contains($0) }
            for capability in denied {
                let hint = each.decision.denial(of: capability).hint ?? ""
                let line = each.decision.line(granting: capability)
                #expect(line.map { hint.hasSuffix($0) } ?? !hint.contains("Allow="), "\(each): \(hint)")
                let open = each.decision.rules(that: .isNotKnown, granting: capability)
                #expect(hint.contains("cannot be looked up now") == !open.isEmpty, "\(each): \(hint)")
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
