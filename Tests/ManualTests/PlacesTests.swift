// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

/// What of sessionctl a new method, verb or check of doctor could be forgotten in: lists that no compiler completes.
@Suite(.timeLimit(.minutes(10))) struct PlacesTests {
    private static let commands = "Sources/Apps/SessionctlCommands"

    /// The methods that no verb asks for by its request.
    private static let withoutVerb: [Method: String] = [
        .watch: "sessionctl watch, wait and exec follow by SessionClient.changes()",
        .origins: "it is for whoever shows pages; people read sessionctl config show",
        .discover: "it is for programs; people read sessiond-protocol(7)",
    ]

    @Test(arguments: Method.allCases)
    func someVerbAsksFor(method: Method) throws {
        let request = try #require(try Self.request(of: method), "\(method.rawValue) has no request type")
        let word = try Regex("\\b\(request)\\b")
        let isAsked = try Package.swiftTexts(below: Self.commands).contains { $0.contains(word) }
        guard let reason = Self.withoutVerb[method] else {
            #expect(
                isAsked,
                """
                no verb of sessionctl makes a \(request) for \(method.rawValue): write one in \(Self.commands)/Commands, or \
                say in `withoutVerb` of Tests/ManualTests/PlacesTests.swift why there is none
                """)
            return
        }
        #expect(!isAsked && !reason.isEmpty, "a verb asks for \(method.rawValue): take it out of `withoutVerb`")
    }

    private static func request(of method: Method) throws -> Substring? {
        for source in try Package.swiftTexts(below: "Sources/Session/SessionProtocol/Messages/Requests") {
            let word = try Regex("static let method = Method\\.\(method)\\b")
            guard let declaration = source.firstMatch(of: word) else { continue }
            return source[..<declaration.range.lowerBound].matches(of: /public struct (\w+):/).last?.1
        }
        return nil
    }

    @Test func everyCommandIsAVerb() throws {
        let sources = try Package.swiftTexts(below: Self.commands)
        let names = sources.flatMap { $0.matches(of: /(?m)^struct (\w+Command): \w+Command\b/).map(\.1) }
        #expect(names.count > 25)
        for name in names where name != "RootCommand" {
            #expect(
                sources.contains { $0.contains("\(name).self") },
                "sessionctl has no verb \(name): add \(name).self to the subcommands in \(Self.commands)/RootCommand.swift"
            )
        }
    }

    @Test func doctorMakesEveryCheck() throws {
        let doctor = try Package.text("\(Self.commands)/Doctor/Doctor.swift")
        let sources = try Package.swiftTexts(below: "\(Self.commands)/Doctor/Checks")
        let names = sources.flatMap { $0.matches(of: /(?m)^struct (\w+): DoctorCheck\b/).map(\.1) }
        #expect(names.count > 10)
        for name in names {
            #expect(
                doctor.contains(try Regex("\\b\(name)[.(]")),
                "sessionctl doctor does not make \(name): add it to checks(_:) in \(Self.commands)/Doctor/Doctor.swift")
        }
    }
}
