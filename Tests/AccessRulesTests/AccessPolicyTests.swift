// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import AccessRules

@Suite(.timeLimit(.minutes(10))) struct AccessPolicyTests {
    private static let policy = AccessPolicy(
        rules: [
            AccessPolicy.Rule(capabilities: [.identityRead, .tokenRead], subject: .group(50)),
            AccessPolicy.Rule(capabilities: [.sessionWrite], subject: .user(1000)),
            AccessPolicy.Rule(capabilities: [.admin], subject: .group(Credentials.overflowID)),
            AccessPolicy.Rule(capabilities: [.sessionTouch], subject: .any),
        ],
        ownUser: 77)
    private static let all = Set(Capability.allCases)

    @Test(
        arguments: [
            (1001, 100, [], [.sessionTouch]),
            (1001, 50, [], [.sessionTouch, .identityRead, .tokenRead]),
            (1001, 100, [7, 50], [.sessionTouch, .identityRead, .tokenRead]),
            (1000, 50, [50], [.sessionTouch, .identityRead, .tokenRead, .sessionWrite]),
            (50, 1000, [1000], [.sessionTouch]),
            (0, 0, [], all),
            (77, 1, [], all),
            (1001, Credentials.overflowID, [Credentials.overflowID], [.sessionTouch]),
            (Credentials.overflowID, 50, [50], []),
        ] as [(UInt32, UInt32, [UInt32], Set<Capability>)])
    func capabilitiesAreTheUnionOfWhatMatches(
        uid: UInt32, gid: UInt32, groups: [UInt32], expected: Set<Capability>
    ) {
        let peer = Credentials(uid: uid, gid: gid, groups: groups)
        #expect(AccessPolicyTests.policy.capabilities(of: peer, isObserver: false) == CapabilitySet(expected))
    }

    @Test(arguments: [(3, 2_000), (2_000, 3), (700, 700)])
    func whoeverIsInThousandsOfGroupsHasWhatThousandsOfRulesGrant(groups: Int, rules: Int) {
        let group = UInt32(40_000)
        for grantsGroup in [true, false] {
            var subjects = (0..<UInt32(rules)).map { AccessPolicy.Rule.Subject.group(2 * $0 + 1) }
            if grantsGroup { subjects.insert(.group(group), at: rules / 2) }
            // From the last to the first, with some between that are not.
            let own = [group] + (0..<UInt32(groups)).reversed().map { 2 * $0 } + [group + 2, group - 2]
            let policy = AccessPolicy(
                rules: subjects.map { .init(capabilities: [.tokenRead], subject: $0) }, ownUser: nil)
            let peer = Credentials(uid: 1001, gid: 2, groups: own)
            #expect(policy.capabilities(of: peer, isObserver: false).contains(.tokenRead) == grantsGroup)
            #expect(policy.decision(on: peer, isObserver: false).capabilities.contains(.tokenRead) == grantsGroup)
        }
    }

    @Test(arguments: [0, 77, 1001])
    func observersNeverGetMoreThanToLook(uid: UInt32) {
        let peer = Credentials(uid: uid, gid: 50, groups: [50])
        #expect(AccessPolicyTests.policy.capabilities(of: peer, isObserver: true) == .ofObservers)
    }

    @Test func nobodyIsTrustedWhoCouldBeAnybody() {
        let policy = AccessPolicy(rules: [], ownUser: Credentials.overflowID)
        let peer = Credentials(uid: Credentials.overflowID, gid: 1, groups: [])
        #expect(!policy.isTrusted(peer))
        #expect(policy.capabilities(of: peer, isObserver: false) == [])
        #expect(policy.capabilities(of: peer, isObserver: true) == [])
    }

    @Test func denialNamesTheCapabilityAndTheLineThatWouldGrantIt() throws {
        let peer = Credentials(uid: 1001, gid: 1, groups: [])
        let error = AccessPolicyTests.policy.denial(of: .tokenRead, to: peer, isObserver: false)
        #expect(error.name == .permissionDenied)
        #expect(error.details == [JSONMember("capability", .string("token.read"))])
        #expect(error.hint?.contains("Allow=token.read user:1001") == true)
    }

    @Test func nameThatCannotBeLookedUpGrantsNothingAndIsNamedInTheDenial() {
        let policy = AccessPolicy(
            rules: [
                AccessPolicy.Rule(capabilities: [.tokenRead], subject: .unknown("the group tills")),
                AccessPolicy.Rule(capabilities: [.tokenRead, .admin], subject: .unknown("the user ann")),
            ], ownUser: 77)
        let peer = Credentials(uid: 1001, gid: 1, groups: [])
        #expect(policy.capabilities(of: peer, isObserver: false) == [])
        func hint(_ capability: Capability) -> String? {
            policy.denial(of: capability, to: peer, isObserver: false).hint
        }
        let end = "may have it, and cannot be looked up now: see sessionctl health; or an administrator can grant it"
        #expect(hint(.tokenRead)?.hasPrefix("the group tills and 1 more \(end)") == true)
        #expect(hint(.admin)?.hasPrefix("the user ann \(end)") == true)
        #expect(hint(.sessionWrite)?.hasPrefix("an administrator can grant it") == true)
    }

    @Test(arguments: [(1001, true), (Credentials.overflowID, false)] as [(UInt32, Bool)])
    func denialNamesNoLineWhereNoneWouldHelp(uid: UInt32, isObserver: Bool) {
        let peer = Credentials(uid: uid, gid: 1, groups: [])
        let error = AccessPolicyTests.policy.denial(of: .tokenRead, to: peer, isObserver: isObserver)
        #expect(error.hint?.contains("Allow=") == false)
    }

    @Test func setOfCapabilitiesHoldsExactlyThose() {
        for capability in Capability.allCases {
            let set = CapabilitySet([capability])
            #expect(Capability.allCases.filter(set.contains) == [capability])
            #expect(set.names == [capability.rawValue])
        }
        #expect(CapabilitySet([]).names == [])
        #expect(CapabilitySet(AccessPolicyTests.all).names == Capability.allCases.map(\.rawValue))
    }
}
