// SPDX-License-Identifier: Apache-2.0

import AccessRules
import SessionConfiguration
import SessionProtocol
import SessiondLinux
import SessiondPrimitives
import Testing

@testable import SessionctlCommands
@testable import TestSupport

/// Whether `sessionctl access explain` shows what the daemon decides by the same lines and names.
@Suite(.timeLimit(.minutes(10))) struct AccessExplanationTests {
    // Ids that no account of the machine has to have.
    private static let ids: [UInt32] = [0, 4_000_000_007, 4_000_000_008, Credentials.overflowID]
    private static let names: [UnixName: AccountAnswer<UInt32>] = [
        .user("ann"): .found(4_000_000_007), .group("tills"): .found(4_000_000_008), .user("gone"): .absent,
        .group("late"): .unavailable(.error(5)),
    ]

    private static func lines(_ random: inout SeededRandom) -> [AccessRule] {
        let subjects: [AccessSubject] = [
            .any, .user(.id(4_000_000_007)), .group(.id(4_000_000_008)), .user(.name("ann")), .group(.name("tills")),
            .user(.name("gone")), .group(.name("late")),
        ]
        return (1..<Int.random(in: 1...5, using: &random)).map { number in
            AccessRule(
                capabilities: Set(Capability.allCases.filter { _ in Bool.random(using: &random) }),
                subject: any(of: subjects, &random), origin: .file(path: "/c", line: number))
        }
    }

    private static func any<Element>(of elements: [Element], _ random: inout SeededRandom) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }

    @Test func showsWhatTheDaemonDecides() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<300 {
            let lines = Self.lines(&random)
            let (user, group) = (Self.any(of: Self.ids, &random), Self.any(of: Self.ids, &random))
            let standings = Self.names.mapValues { NameStanding.asked.after($0) }
            let decided = AccessPolicy(lines, [], standings, ownUser: 4_000_000_009)
                .capabilities(of: Credentials(uid: user, gid: group, groups: []), isObserver: false)
            let explanation = AccessExplanation(
                .init(rules: lines), to: ExplainedCaller(user: user, groups: [group]), daemonUser: 4_000_000_009,
                accounts: Self.names)
            #expect(granted(explanation) == decided.names, "\(user) in \(group): \(lines)")
        }
    }

    @Test func showsWhatTheDaemonDecidesOnBehalfOfPages() throws {
        var random = SeededRandom(seed: 4)
        let pages = try ["https://till.example.com", "https://menu.example.com"].map { try WebOrigin($0) }
        for _ in 0..<300 {
            let lines = Self.lines(&random)
            let originLines = (0..<Int.random(in: 0...3, using: &random)).map { number in
                OriginRule(
                    capabilities: Set(Capability.allCases.filter { $0 != .admin && Bool.random(using: &random) }),
                    page: Self.any(of: pages, &random), origin: .file(path: "/o", line: number))
            }
            let (user, page) = (Self.any(of: Self.ids, &random), Self.any(of: pages, &random))
            let standings = Self.names.mapValues { NameStanding.asked.after($0) }
            let decided = AccessPolicy(lines, originLines, standings, ownUser: 4_000_000_009).capabilities(
                of: Credentials(uid: user, gid: 4_000_000_008, groups: []), isObserver: false, onBehalfOf: page)
            let explanation = AccessExplanation(
                .init(rules: lines, originRules: originLines),
                to: ExplainedCaller(user: user, groups: [4_000_000_008]), onBehalfOf: page, daemonUser: 4_000_000_009,
                accounts: Self.names)
            #expect(granted(explanation) == decided.names, "\(user) for \(page): \(lines), \(originLines)")
            // For people likewise.
            let text = explanation.text(SocketAdmissions())
            for capability in Capability.allCases {
                let line = text.split(separator: "\n").first { $0.hasPrefix("\(capability.rawValue):") }
                #expect(line?.contains(" yes,") == decided.contains(capability), "\(text)")
            }
        }
    }

    private func granted(_ explanation: AccessExplanation) -> [String] {
        guard case .array(let capabilities) = explanation.json(SocketAdmissions())["capabilities"] else { return [] }
        return capabilities.filter { $0["granted"] == .bool(true) }.compactMap { $0["capability"]?.string }
    }

    @Test func namesTheLineThatNobodyHasWritten() {
        let line = AccessRule(capabilities: [.admin], subject: .user(.name("gone")), origin: .builtIn)
        let explanation = AccessExplanation(
            .init(rules: [line]), to: ExplainedCaller(user: 4_000_000_007, groups: []), daemonUser: nil,
            accounts: Self.names)
        let warning = "the line that is the default grants nothing: there is no such name as the user gone"
        #expect(explanation.warnings == [warning])
        #expect(explanation.json(SocketAdmissions())["warnings"] == .array([.string(warning)]))
    }

    @Test func saysOfEachLineThatGrantsNothingWhy() {
        let lines = [AccessSubject.user(.name("gone")), .group(.name("late")), .any].enumerated().map {
            AccessRule(capabilities: [.admin], subject: $1, origin: .file(path: "/c", line: $0 + 1))
        }
        let explanation = AccessExplanation(
            .init(rules: lines), to: ExplainedCaller(user: 4_000_000_007, groups: []), daemonUser: nil,
            accounts: Self.names)
        #expect(
            explanation.warnings == [
                "/c:1 grants nothing: there is no such name as the user gone",
                "/c:2: the group late could not be asked: Input/output error; whether this grants anything is not "
                    + "known, and sessiond, which keeps to what it knew, has it tried again: Allow=admin group:late",
            ])
    }
}
