// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FakeDaemon
import Foundation
import Testing

@testable import SessionProtocol
@testable import SessionctlCommands
@testable import TestSupport

/// Command lines that are wrong: status 64, and nothing is asked.
@Suite(.timeLimit(.minutes(10))) struct UsageTests {
    @Test(
        arguments: [
            ["nonsense"], ["status", "extra"], ["status", "--nonsense"], ["uuid", "--timeout", "0"],
            ["uuid", "--timeout", "301"], ["uuid", "--timeout", "soon"], ["sign-in"],
            ["sign-in", "--email", "e", "--custom-id", "c"], ["sign-in", "--email", "e", "--agreements", "[]"],
            ["sign-in", "--show", "--cancel"], ["sign-in", "--show", "--email", "e"],
            ["sign-in", "--cancel", "--detach"],
            ["sign-in", "--email", "e", "--attributes", "{"], ["authenticate"], ["authenticate", "--provider", "aol"],
            ["authenticate-with-token"], ["simple-authenticate", "--email", "e"],
            ["simple-authenticate", "--email", "e", "--auth-id", "a", "--uuid", "none"], ["identity", "set"],
            ["regenerate", "--identifier", "i", "--identifier-stdin"], ["destroy", "--if-generation", "x"],
            ["sign-in", "--email", "e", "--password", "p"], ["wait"], ["wait", "--for", "good-weather"],
            ["log-level"], ["log-level", "loud"], ["reload", "now"], ["exec"], ["exec", "true"],
            ["exec", "--nonsense", "--", "true"], ["token", "--min-valid", "-5"],
        ]
    )
    func aWrongCommandLineIsRefused(arguments: [String]) async throws {
        let run = try await Tool(input: "secret\n").run(arguments)
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("error: "))
    }

    @Test(
        arguments: [
            ("stauts", "sessionctl status"), ("signin", "sessionctl sign-in"), ("login", "sessionctl sign-in"),
            ("logout", "sessionctl sign-out"), ("tok", "sessionctl token"), ("Status", "sessionctl status"),
            ("restart", "systemctl restart sessiond"), ("logs", "journalctl -u sessiond"),
        ])
    func aVerbThatIsNoneLeadsToTheOneThatWasMeant(verb: String, meant: String) async throws {
        let errors = """
            error: there is no verb '\(verb)'
            hint: did you mean '\(meant)'? sessionctl --help shows all verbs

            """
        #expect(try await Tool().run(verb) == Tool.Run(status: 64, output: "", errors: errors))
        #expect(try await Tool().run("--timeout", "5", "--quiet", verb, "--json-not").errors == errors)
    }

    @Test(
        arguments: [
            (["frobnicate"], "there is no verb 'frobnicate'", "sessionctl --help shows all verbs"),
            (
                ["config", "chek"], "there is no verb 'config chek'",
                "did you mean 'sessionctl config check'? sessionctl config has check, show"
            ),
            (
                ["sign-in", "--email", "e", "--custom-id", "c"],
                "Only one of '--email' and '--custom-id' can be given.", "see sessionctl sign-in --help"
            ),
            (["config"], "sessionctl config needs one more word: check or show", "see sessionctl config --help"),
            (["access"], "sessionctl access needs one more word: explain", "see sessionctl access --help"),
            (
                ["--quiet", "api-key"], "sessionctl api-key needs one more word: change",
                "see sessionctl api-key --help"
            ),
            (
                ["identity", "set", "--emial", "a@b"], "Unknown option '--emial'. Did you mean '--email'?",
                "see sessionctl identity set --help"
            ),
            (
                ["authenticate", "--providr=google"], "Unknown option '--providr'. Did you mean '--provider'?",
                "see sessionctl authenticate --help"
            ),
            (
                ["--timeout", "5", "wait", "--for", "ready", "--nope"], "Unknown option '--nope'",
                "see sessionctl wait --help"
            ),
            (["--socket"], "Missing value for '--socket <path>'", "see sessionctl --help"),
            (["nosuch"], "there is no verb 'nosuch'", "sessionctl --help shows all verbs"),
            (
                ["token", "--alow-stale"], "Unknown option '--alow-stale'. Did you mean '--allow-stale'?",
                "see sessionctl token --help"
            ),
            (
                ["uuid", "--timeout", "10min"],
                "The value '10min' is invalid for '--timeout <time>': "
                    + "A time from 1ms to 5min is needed, such as 10, 10s or 2min.", "see sessionctl --help"
            ),
        ] as [([String], String, String)])
    func whatIsWrongIsSaidInTwoLines(arguments: [String], message: String, hint: String) async throws {
        let errors = "error: \(message)\nhint: \(hint)\n"
        #expect(try await Tool().run(arguments) == Tool.Run(status: 64, output: "", errors: errors))
        let json = try await Tool().run(["--json"] + arguments)
        let error = try JSONValue(parsing: Array(json.errors.dropLast().utf8))
        #expect(json.status == 64 && error["message"]?.string == message && error["data"]?["hint"]?.string == hint)
        #expect(error["data"]?["name"]?.string == "usage")
    }

    @Test func whatLooksLikeAVerbElsewhereIsNone() async throws {
        // The value of an option, and what is to be executed.
        #expect(try await Tool().run("--socket", "stauts", "config", "check", "--config", "/dev/null").status == 0)
        #expect(try await Tool().run("exec", "stauts").errors.hasPrefix("error: "))
    }

    @Test func whatCannotBeReadNeedsConsentWhereNobodyCanBeAsked() async throws {
        let run = try await Tool().run("destroy", "--discard-unreadable")
        let errors = """
            error: Throw away the stored session, which cannot be read now, for ever? There is no terminal to ask on
            hint: add --yes where that is what you mean

            """
        #expect(run == Tool.Run(status: 64, output: "", errors: errors))
    }

    @Test func aSecretThatNoLineHoldsIsRefused() async throws {
        let run = try await Tool(input: String(repeating: "p", count: 65_537)).run("sign-in", "--email", "e")
        let errors = "error: the password in standard input is longer than 65536 bytes\n"
        #expect(run == Tool.Run(status: 65, output: "", errors: errors))
    }

    @Test func anEmptySecretIsRefused() async throws {
        let run = try await Tool(input: "\n").run("sign-in", "--email", "e")
        let errors = """
            error: the password is empty
            hint: give it on standard input, in a file with --password-file, or at the prompt

            """
        #expect(run == Tool.Run(status: 64, output: "", errors: errors))
    }

    @Test func aSecretFileThatIsMissingIsNamed() async throws {
        let run = try await Tool().run("sign-in", "--email", "e", "--password-file", "/nowhere/p")
        let errors = "error: the password cannot be read from /nowhere/p: No such file or directory\n"
        #expect(run == Tool.Run(status: 66, output: "", errors: errors))
    }

    @Test func aSecretIsReadFromAFile() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try "p\n\n".write(toFile: folder.file("p"), atomically: false, encoding: .utf8)
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("sign-in", "--email", "e", "--password-file", folder.file("p"))
        #expect(run.status == 0)
        // One line end is the file's, the other the secret's.
        for await request in daemon.arrivals.prefix(1) { #expect(request.parameters["password"]?.string == "p\n") }
    }

    @Test func theHelpOfEveryVerbFitsATerminal() async throws {
        for verb in RootCommand.configuration.subcommands {
            let name = verb.configuration.commandName ?? ""
            let verbs = verb.configuration.subcommands.compactMap { $0.configuration.commandName }.map { [name, $0] }
            for words in [[name]] + verbs {
                let help = try await Tool().run(words + ["--help"])
                #expect(help.status == 0 && help.output.contains("USAGE: sessionctl \(words.joined(separator: " "))"))
                for line in help.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            }
        }
    }

    @Test func anOptionAndItsValueStandOnOneLineOfTheUsage() {
        let usage = "USAGE: sessionctl wait [--socket <path>] [--json] [--quiet] [--timeout <time>] --for <condition>"
        #expect(
            UsageText("OVERVIEW: x\n\n\(usage)\n").wrapped == """
                OVERVIEW: x

                USAGE: sessionctl wait [--socket <path>] [--json] [--quiet] [--timeout <time>]
                       --for <condition>

                """)
    }

    @Test(
        arguments: [
            ("local", ["sign-in --email", "simple-authenticate", "authenticate-with-token"]),
            ("openid", ["sign-in --device", "authenticate-with-token"]),
            ("synerise", ["sign-in --email", "authenticate,", "simple-authenticate", "authenticate-with-token"]),
            (
                "newer",
                [
                    "sign-in --email", "sign-in --device", "authenticate,", "simple-authenticate",
                    "authenticate-with-token",
                ]
            ),
        ])
    func whoSaysNoWayToSignInIsToldThoseOfTheAuthority(kind: String, ways: [String]) async throws {
        let answer = Sample.status.replacing(#""kind":"local""#, with: #""kind":"\#(kind)""#)
        let daemon = try FakeDaemon.answering { _ in .result(answer) }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("sign-in")
        #expect(run.status == 64)
        #expect(run.errors.hasPrefix("error: say how the customer signs in\nhint: "))
        let all = [
            "sign-in --email", "sign-in --device", "authenticate,", "simple-authenticate", "authenticate-with-token",
        ]
        for way in all { #expect(run.errors.contains("sessionctl \(way)") == ways.contains(way), "\(run.errors)") }
        #expect(run.errors.contains("at the \(kind) authority") == (kind != "newer"))
    }

    @Test func helpIsAnAnswer() async throws {
        let run = try await Tool().run("destroy", "--help")
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(run.output.contains("a script is not asked, but for --discard-unreadable"))
    }
}
