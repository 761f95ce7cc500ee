// SPDX-License-Identifier: Apache-2.0

import AccessRules
import SessionConfiguration
import SessionProtocol
import SessiondLinux
import SessiondPrimitives
import Testing

/// What a line of `Allow=` is worth, by what is known of the name in it.
@Suite(.timeLimit(.minutes(10))) struct AccessPolicyLinesTests {
    private static let failure = AccountFailure.error(5)

    @Test(
        arguments: [
            (nil, .unknown("the group tills")), (.asked, .unknown("the group tills")), (.found(7), .group(7)),
            (.absent, .absent), (.unavailable(failure, keeping: 7), .group(7)),
            (.unavailable(failure, keeping: nil), .unknown("the group tills")),
        ] as [(NameStanding?, AccessPolicy.Rule.Subject)])
    func aNameIsWorthTheIDThatCountsForIt(standing: NameStanding?, subject: AccessPolicy.Rule.Subject) {
        let line = AccessRule(capabilities: [.tokenRead], subject: .group(.name("tills")))
        let policy = AccessPolicy([line], [], [.group("tills"): standing].compactMapValues { $0 }, ownUser: 7)
        #expect(policy == AccessPolicy(rules: [.init(capabilities: [.tokenRead], subject: subject)], ownUser: 7))
    }

    @Test func everyLineKeepsItsPlace() {
        let subjects: [AccessSubject] = [
            .any, .user(.id(1)), .user(.name("ann")), .group(.id(2)), .group(.name("ann")),
        ]
        let lines = subjects.map { AccessRule(capabilities: [.admin], subject: $0) }
        let standings: [UnixName: NameStanding] = [.user("ann"): .absent, .group("ann"): .found(3)]
        let expected: [AccessPolicy.Rule.Subject] = [.any, .user(1), .absent, .group(2), .group(3)]
        #expect(
            AccessPolicy(lines, [], standings, ownUser: nil)
                == AccessPolicy(
                    rules: expected.map { .init(capabilities: [.admin], subject: $0) }, ownUser: nil))
    }
}
