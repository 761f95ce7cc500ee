// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

/// What a new method, event, verb or check of doctor could be forgotten in: lists that no compiler completes.
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

    /// What those for web pages could be forgotten in.
    @Test(arguments: Method.allCases.filter { $0.isForPages && $0 != .watch })
    func pagesCall(method: Method) throws {
        let call = String(method.rawValue.split(separator: ".")[1])
        let places = [
            ("Protocol/make-web", #""\#(call)": ("\#(method.rawValue)","#, "its line in CALLS, then run it"),
            ("Web/extension/page.js", "        \(call): ", "the function that pages call"),
            ("man/sessiond-web.7", "Fn \(call) ", "what it is for pages"),
        ]
        for (file, words, what) in places {
            let text = try Package.text(file).replacing("\n", with: " \n")
            #expect(text.contains(words), "\(file) has no \(call), which is for web pages: write \(what)")
        }
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

    @Test func someTestCallsEveryVerb() throws {
        let sources = try Package.swiftTexts(below: Self.commands)
        let verbs = sources.flatMap { $0.matches(of: /commandName: "([a-z-]+)"/).map(\.1) }
        #expect(verbs.count > 25)
        let tests = try ["Tests/SessionctlTests", "Tests/EndToEnd"].flatMap { try Package.files(below: $0) }
        for verb in verbs {
            #expect(
                tests.contains { $0.text.contains("\"\(verb)\"") },
                """
                no test calls sessionctl \(verb): write what it prints, in text and in JSON, in \
                Tests/SessionctlTests/AnswersTests.swift
                """)
        }
    }

    @Test func doctorMakesEveryCheckAndSomeTestTriesIt() throws {
        let doctor = try Package.text("\(Self.commands)/Doctor/Doctor.swift")
        let sources = try Package.swiftTexts(below: "\(Self.commands)/Doctor/Checks")
        let tests = try Package.swiftTexts(below: "Tests/SessionctlTests/Doctor")
        let names = sources.flatMap { $0.matches(of: /(?m)^struct (\w+): DoctorCheck\b/).map(\.1) }
        #expect(names.count > 10)
        for name in names {
            let use = try Regex("\\b\(name)[.(]")
            #expect(
                doctor.contains(use),
                "sessionctl doctor does not make \(name): add it to checks(_:) in \(Self.commands)/Doctor/Doctor.swift")
            #expect(
                tests.contains { $0.contains(use) },
                "no test makes \(name): write one for each of its findings in Tests/SessionctlTests/Doctor")
        }
    }

    @Test func theSessionMakesEveryChange() throws {
        let machine = "Sources/Session/SessionMachine"
        let declaring = "\(machine)/Machine/SessionChange.swift"
        let others = try Package.files(below: machine).filter { $0.path != declaring }
        let changes = try Package.text(declaring).matches(of: /(?m)^    case (\w+)/).map(\.1)
        #expect(changes.count > 5)
        for change in changes {
            let word = try Regex("\\.\(change)\\b")
            #expect(
                others.contains { $0.text.contains(word) },
                "nothing in \(machine) announces \(change): call turn.announce(.\(change)) where the session changes so"
            )
        }
    }
}
