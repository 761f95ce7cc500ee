// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import Glibc
import SessionProtocol
import Testing

@testable import TestSupport

/// `sessionctl doctor` as it was built.
@Suite(.timeLimit(.minutes(10))) struct DoctorCommandTests {
    static let names = [
        "groups", "socket", "daemon", "units", "unitFiles", "versions", "configuration", "accessNames",
        "configuredFiles", "sealing", "disk", "clock", "dns", "tls", "authority",
    ]

    private func answering(_ answer: @escaping @Sendable (Request) -> Answer) throws -> FakeDaemon {
        let daemon = try FakeDaemon.answering(answer)
        // As a daemon that is started by hand makes it.
        guard chmod(daemon.path, 0o600) == 0 else { throw SystemFailure("chmod") }
        return daemon
    }

    private func checks(_ run: Tool.Run) throws -> [JSONValue] {
        guard run.output.last == "\n" else { return [] }
        let report = try JSONValue(parsing: Array(run.output.utf8.dropLast()))
        guard case .array(let checks) = report["checks"] else { return [] }
        #expect(report["ok"] == .bool(run.status == 0))
        return checks
    }

    @Test func eachCheckIsALineAndWhatIsNotWellHasAHint() async throws {
        let daemon = try answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("doctor")
        #expect(run.status == 0)
        #expect(run.errors == "")
        let lines = run.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
        #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 || !$0.contains("hint: ") })
        #expect(lines.dropLast().map { $0.split(separator: " ")[1] } == DoctorCommandTests.names.map { $0[...] })
        #expect(lines.last?.hasPrefix("No problem; ") == true)
        #expect(run.output.contains("ok       socket           \(daemon.path), "))
        #expect(
            run.output.contains(
                """
                warning  sealing          the stored session is not encrypted: sessiond was
                                          given no key
                         hint:
                """))
    }

    @Test func inJSONTheNamesAreTheSame() async throws {
        let daemon = try answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("doctor", "--json")
        let checks = try checks(run)
        #expect(checks.map { $0["name"]?.string } == DoctorCommandTests.names)
        for check in checks {
            let result = check["result"]?.string ?? ""
            #expect(["ok", "skipped", "warning", "problem"].contains(result))
            #expect(check["found"]?.string?.isEmpty == false)
            // What is wrong comes with what to do.
            #expect(!["warning", "problem"].contains(result) || check["hint"]?.string?.isEmpty == false)
        }
    }

    @Test func nothingIsSaidOfTheCustomer() async throws {
        let daemon = try answering { request in
            .result(request.method == "session.status" ? Sample.signedIn : Sample.result(of: request.method))
        }
        defer { daemon.stop() }
        for arguments in [["doctor"], ["doctor", "--json"]] {
            let run = try await Tool(daemon).run(arguments)
            #expect(run.output.contains("authority"))
            for secret in ["customer@example.com", "label@example.com", "till 4", "12345", Sample.uuid, "payload"] {
                #expect(!run.output.contains(secret))
            }
        }
    }

    @Test func whatIsAskedChangesNothing() async throws {
        let daemon = try answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        _ = try await Tool(daemon).run("doctor")
        daemon.stop()
        var methods: [String] = []
        for await request in daemon.arrivals { methods.append(request.method) }
        #expect(methods == ["daemon.hello", "daemon.info", "session.status", "daemon.health"])
    }

    @Test func withoutADaemonEverythingElseIsLookedAt() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var tool = Tool()
        tool.socket = folder.file("s")
        let run = try await tool.run("doctor", "--json")
        #expect(run.status == 3)
        let checks = try checks(run)
        #expect(checks.map { $0["name"]?.string } == DoctorCommandTests.names)
        let problems = checks.filter { $0["result"]?.string == "problem" }
        #expect(problems.map { $0["found"]?.string } == ["there is no socket \(folder.file("s"))"])
        #expect(problems.map { $0["hint"]?.string } == ["sessiond --socket \(folder.file("s"))"])
    }

    @Test func aDaemonThatHangsIsAProblemAfterTheTimeout() async throws {
        let daemon = try FakeDaemon { try $0.waitForClose() }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("doctor", "--timeout", "0.1")
        #expect(run.status == 3)
        #expect(run.output.contains("problem  daemon           sessiond did not answer daemon.hello within 0.1 s: it"))
    }

    @Test func quietLeavesTheStatus() async throws {
        var tool = Tool()
        tool.socket = "/nowhere/s"
        #expect(try await tool.run("doctor", "--quiet") == Tool.Run(status: 3, output: "", errors: ""))
    }

    @Test func aReportThatCannotBeWrittenIsAnError() async throws {
        var tool = Tool()
        (tool.socket, tool.output) = ("/nowhere/s", "/dev/full")
        let errors = "error: the answer cannot be written to standard output: No space left on device\n"
        #expect(try await tool.run("doctor") == Tool.Run(status: 74, output: "", errors: errors))
    }

    @Test func aPathThatIsNoneIsUsage() async throws {
        #expect(try await Tool().run("doctor", "--socket", "").status == 64)
    }

    @Test(
        arguments: [([], true), (["NO_COLOR="], true), (["NO_COLOR=1"], false), (["TERM=dumb"], false)]
            as [([String], Bool)]
    )
    func coloursAreForTerminalsWhoseUserWantsThem(environment: [String], isColoured: Bool) async throws {
        let terminal = try PseudoTerminal()
        let child = try Child(
            [Tool.binary, "doctor", "--socket", "/nowhere/s"], environment: environment,
            streams: [terminal.path, terminal.path, terminal.path])
        // The last line.
        #expect(await terminal.shows("1 problem: socket"))
        #expect(await child.status() == 3)
        #expect(terminal.transcript.contains("\u{1B}[31mproblem\u{1B}[0m  socket ") == isColoured)
        #expect(terminal.transcript.contains("\u{1B}") == isColoured)
    }
}
