// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FakeDaemon
import Foundation
import Testing

@testable import SessionctlCommands

/// How it looks on a terminal, and in a pipe.
@Suite(.timeLimit(.minutes(10))) struct DisplayTests {
    private let terminal = DoctorReport(display: Display(isColoured: false, width: 80))
    private let pipe = DoctorReport(display: Display(isColoured: false, width: nil))

    private let finding = DoctorFinding.warning(
        "the stored session is not encrypted: sessiond was given no key, and nobody has asked for that",
        hint: """
            LoadCredential=sessiond.state-key:FILE in a unit; systemctl restart sessiond; or see whether what is said of \
            keys in the manual helps where all of that does not
            """)

    @Test func aFindingFitsATerminalAndEachPartOfItsHintBeginsALine() {
        #expect(
            terminal.text("sealing", finding) == """
                warning  sealing          the stored session is not encrypted: sessiond was
                                          given no key, and nobody has asked for that
                         hint: LoadCredential=sessiond.state-key:FILE in a unit
                               systemctl restart sessiond
                               or see whether what is said of keys in the manual helps where all
                               of that does not

                """)
    }

    @Test func inAPipeItIsAsWideAsATerminalUsuallyIs() {
        #expect(pipe.text("sealing", finding) == terminal.text("sealing", finding))
        let all = DoctorCommandTests.names.map { (name: $0, finding: finding) }
        #expect(pipe.summary(all).split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func aWordThatIsLongerThanTheLineStaysWhole() {
        let display = Display(isColoured: false, width: 60)
        let path = "/" + String(repeating: "p", count: 90)
        #expect(display.wrapped("see \(path) there", behind: 10) == "see\n          \(path)\n          there")
    }

    @Test func theFirstWordOfAComplaintHasItsColour() {
        let display = Display(isColoured: true, width: 80)
        #expect(display.line("error: no") == "\u{1B}[31merror:\u{1B}[0m no")
        #expect(display.line("warning: x") == "\u{1B}[33mwarning:\u{1B}[0m x")
        #expect(display.line("Read /c") == "Read /c")
        #expect(Display(isColoured: false, width: 80).line("error: no") == "error: no")
    }

    @Test func anErrorOnATerminalIsRedUnlessSomebodyMinds() async throws {
        for (environment, isColoured) in [([String](), true), (["NO_COLOR=1"], false), (["TERM=dumb"], false)] {
            let terminal = try PseudoTerminal()
            let child = try Child(
                [Tool.binary, "stauts"], environment: environment,
                streams: [terminal.path, terminal.path, terminal.path])
            #expect(await terminal.shows("shows all verbs"))
            #expect(await child.status() == 64)
            #expect(terminal.transcript.contains("\u{1B}[31merror:\u{1B}[0m there is no verb") == isColoured)
        }
    }

    @Test func theHelpIsOneScreen() async throws {
        let lines = RootHelp.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 50 && lines.allSatisfy { $0.count < 80 })
        let words = RootHelp.text.split { " ,\n".contains($0) }
        for status in ExitStatus.allCases {
            #expect(words.contains { $0 == "\(status.rawValue)" }, "\(status) is not in RootHelp.text")
        }
        for verb in RootCommand.configuration.subcommands {
            let name = verb.configuration.commandName ?? ""
            #expect(words.contains { $0 == name[...] }, "\(name) is not in RootHelp.text")
        }
        for arguments in [[], ["--help"], ["-h"], ["help"], ["--json", "--help"]] {
            #expect(try await Tool().run(arguments) == Tool.Run(status: 0, output: RootHelp.text, errors: ""))
        }
        #expect(try await Tool().run("help", "token").output.contains("--min-valid"))
        #expect(try await Tool().run("token", "--help").output.contains("--min-valid"))
    }

    @Test func aTimeIsShownByTheClocksHereToo() async throws {
        for (zone, suffix) in [("UTC", ""), ("Europe/Warsaw", " (07:02:03 CET)"), ("Asia/Kolkata", " (11:32:03 IST)")] {
            let shown = try await Tool(command: ["/usr/bin/env", "TZ=\(zone)", Tool.binary])
                .answer("status", Sample.status)
            #expect(shown.contains("2026-11-23T06:02:03Z\(suffix), in "))
        }
    }
}

extension Tool {
    fileprivate init(command: [String]) {
        self.init()
        self.command = command
    }

    // What it prints of an answer.
    fileprivate func answer(_ verb: String, _ answer: String) async throws -> String {
        let daemon = try FakeDaemon.answering { _ in .result(answer) }
        defer { daemon.stop() }
        var tool = self
        tool.socket = daemon.path
        return try await tool.run(verb).output
    }
}
