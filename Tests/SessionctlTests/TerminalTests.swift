// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import Glibc
import Testing

@testable import SessionProtocol
@testable import TestSupport

/// Questions on a terminal.
@Suite(.timeLimit(.minutes(10))) struct TerminalTests {
    private func start(_ arguments: [String], on terminal: PseudoTerminal, _ daemon: FakeDaemon) throws -> Child {
        let environment = ["PATH=/usr/bin:/bin", "SESSIOND_SOCKET=\(daemon.path)"]
        return try Child(
            [Tool.binary] + arguments, environment: environment,
            streams: [terminal.path, terminal.path, terminal.path]
        )
    }

    @Test func aPasswordIsNotShown() async throws {
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let terminal = try PseudoTerminal()
        let child = try start(["sign-in", "--email", "e"], on: terminal, daemon)
        #expect(await terminal.shows("Password: "))
        #expect(!terminal.echoes)
        terminal.type("canary\n")
        #expect(await terminal.shows("Store:            ok, encrypted"))
        #expect(await child.status() == 0)
        #expect(!terminal.transcript.contains("canary"))
        for await request in daemon.arrivals.prefix(1) {
            #expect(request.parameters["password"]?.string == "canary")
        }
    }

    @Test(arguments: [["sign-in", "--email", "e"], ["destroy"], ["delete-account"], ["api-key", "change"]])
    func nothingIsAskedForADaemonThatIsNotThere(arguments: [String]) async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let terminal = try PseudoTerminal()
        let child = try Child(
            [Tool.binary, "--socket", folder.file("s")] + arguments, environment: ["PATH=/usr/bin:/bin"],
            streams: [terminal.path, terminal.path, terminal.path])
        #expect(await terminal.shows("sessiond is not running: there is no socket"))
        #expect(await child.status() == 69)
        #expect(!terminal.transcript.contains("? [y/N]") && !terminal.transcript.contains(": \r\n"))
    }

    @Test(arguments: [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("\u{4}", 1)] as [(String, Int32)])
    func whatCannotBeUndoneIsAskedFor(answer: String, status: Int32) async throws {
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let terminal = try PseudoTerminal()
        let child = try start(["destroy"], on: terminal, daemon)
        #expect(await terminal.shows("End the session and forget this customer? [y/N] "))
        terminal.type(answer)
        #expect(await terminal.shows(status == 0 ? Sample.uuid : "nothing was "))
        #expect(await child.status() == status)
    }

    @Test(arguments: [("y\n", 0), ("n\n", 1)] as [(String, Int32)])
    func aReloadThatEndsTheSessionIsAskedFor(answer: String, status: Int32) async throws {
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let terminal = try PseudoTerminal()
        let child = try start(["reload"], on: terminal, daemon)
        #expect(await terminal.shows("End the session by it? [y/N] "))
        terminal.type(answer)
        #expect(await terminal.shows(status == 0 ? "has ended" : "nothing was "))
        #expect(await child.status() == status)
        daemon.stop()
        var tried: [Bool?] = []
        for await request in daemon.arrivals where request.method == "daemon.reload" {
            tried.append(request.parameters["dryRun"]?.bool)
        }
        #expect(tried == (status == 0 ? [true, nil] : [true]))
    }

    @Test(arguments: [["destroy", "--yes"], ["regenerate", "--yes"], ["sign-out"], ["reload", "--yes"]])
    func whatIsAgreedToOrHarmlessIsNotAskedFor(arguments: [String]) async throws {
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let terminal = try PseudoTerminal()
        let child = try start(arguments, on: terminal, daemon)
        #expect(await child.status() == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalLeavesTheTerminalAsItWas(signal: Int32) async throws {
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let terminal = try PseudoTerminal()
        // A shell keeps the terminal: it is set back by the system where the program that it belongs to ends.
        let script = #"trap : INT; "$0" sign-in --email e; echo "status=$?"; read line"#
        let shell = try Child(
            ["/bin/sh", "-c", script, Tool.binary], environment: ["SESSIOND_SOCKET=\(daemon.path)"],
            streams: [terminal.path, terminal.path, terminal.path]
        )
        #expect(await terminal.shows("Password: "))
        #expect(!terminal.echoes)
        let children = try String(contentsOfFile: "/proc/\(shell.id)/task/\(shell.id)/children", encoding: .utf8)
        let child = try #require(pid_t(children.trimmingCharacters(in: .whitespaces)))
        kill(child, signal)
        #expect(await terminal.shows("status=\(128 + signal)"))
        #expect(terminal.echoes)
        terminal.type("\n")
        #expect(await shell.status() == 0)
    }
}
