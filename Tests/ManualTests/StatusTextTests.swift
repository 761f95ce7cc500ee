// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionctlCommands

/// Whether `sessionctl status` shows people what `session.status` answers.
@Suite(.timeLimit(.minutes(10))) struct StatusTextTests {
    private static let examples = "Tests/SessionProtocolTests/Golden/SessionStatus.json"
    /// What says nothing to people: programs tell one sign-in from another by it.
    private static let forPrograms: Set<String> = ["pendingSignIn.attempt"]

    @Test func showsEveryMemberOfTheStatus() throws {
        let lines = try Package.text(Self.examples).split(separator: "\n")
        var (members, shown): (Set<String>, Set<String>) = ([], [])
        for line in lines {
            let status = try #require(try JSONValue(parsing: Array(line.utf8))["result"])
            let text = try SessionStatus(json: status).text
            for (name, others) in Self.variants(of: status, "") {
                members.insert(name)
                if others.contains(where: { (try? SessionStatus(json: $0).text) ?? text != text }) {
                    shown.insert(name)
                }
            }
        }
        #expect(members.count > 15)
        #expect(shown.isDisjoint(with: Self.forPrograms))
        for name in members.subtracting(shown).subtracting(Self.forPrograms) {
            Issue.record(
                """
                sessionctl status does not show \(name): add it in SessionStatus.text \
                (Sources/Apps/SessionctlCommands/Commands/StatusCommand.swift)
                """)
        }
    }

    /// For each member, however deep, the same object with something else there.
    private static func variants(of object: JSONValue, _ path: String) -> [(name: String, others: [JSONValue])] {
        let members = object.members ?? []
        return members.indices.flatMap { place -> [(name: String, others: [JSONValue])] in
            func with(_ value: JSONValue) -> JSONValue {
                var changed = members
                changed[place] = JSONMember(members[place].name, value)
                return .object(changed)
            }
            let (name, value) = (path + members[place].name, members[place].value)
            guard value.members == nil else {
                return variants(of: value, "\(name).").map { ($0.name, $0.others.map(with)) }
            }
            return [(name, others(than: value).map(with))]
        }
    }

    private static func others(than value: JSONValue) -> [JSONValue] {
        if let flag = value.bool { return [.bool(!flag)] }
        if let number = value.integer { return [.number(JSONNumber(number / 2 + 7_200))] }
        return ["other", "00000000-0000-4000-8000-000000000000", "2030-01-01T00:00:00Z"].map { .string($0) }
    }
}
