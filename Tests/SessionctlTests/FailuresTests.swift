// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FakeDaemon
import Foundation
import Glibc
import SessionProtocol
import Testing

@testable import SessionctlCommands
@testable import TestSupport

/// What is said, and with which status, when there is no answer.
@Suite(.timeLimit(.minutes(10))) struct FailuresTests {
    @Test func noSocketFile() async throws {
        var tool = Tool()
        tool.socket = try TemporaryFolder().file("s")
        let path = tool.socket ?? ""
        let errors = """
            error: sessiond is not running: there is no socket \(path)
            hint: start it: sessiond --socket \(path)

            """
        #expect(try await tool.run("uuid") == Tool.Run(status: 69, output: "", errors: errors))
        let json = """
            {"message":"sessiond is not running: there is no socket \(path)",\
            "data":{"name":"unreachable","hint":"start it: sessiond --socket \(path)"}}

            """
        #expect(try await tool.run("uuid", "--json") == Tool.Run(status: 69, output: "", errors: json))
    }

    @Test func nobodyListens() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try StaleSocket.make(at: folder.file("s"))
        var tool = Tool()
        tool.socket = folder.file("s")
        let errors = """
            error: sessiond is not running: nobody listens on \(folder.file("s"))
            hint: start it: sessiond --socket \(folder.file("s"))

            """
        #expect(try await tool.run("token") == Tool.Run(status: 69, output: "", errors: errors))
    }

    @Test func aPathThatIsTooLong() async throws {
        let path = "/" + String(repeating: "p", count: 107)
        let errors = """
            error: "\(path)" cannot be a socket's path: it has 108 bytes, and a socket's path has at most 107
            hint: the default is /run/sessiond/sessiond.sock

            """
        let run = try await Tool().run("uuid", "--socket", path)
        #expect(run == Tool.Run(status: 64, output: "", errors: errors))
    }

    @Test(.enabled(if: geteuid() == 0, "another user is needed"))
    func noPermissionNamesTheGroupAndTheCommand() async throws {
        let daemon = try FakeDaemon.answering { _ in .result(Sample.uuidAnswer) }
        defer { daemon.stop() }
        // Group 1 is `daemon` on Debian; any but root's would do.
        guard chown(daemon.path, 0, 1) == 0, chmod(daemon.path, 0o660) == 0 else { throw SystemFailure("chown") }
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let run = try await asNobody(daemon, folder).run("uuid")
        let errors = """
            error: only members of the group daemon may use sessiond's socket \(daemon.path), and nobody is not in it
            hint: let an administrator run: usermod -aG daemon nobody; then log in again

            """
        #expect(run == Tool.Run(status: 77, output: "", errors: errors))
    }

    @Test(.enabled(if: geteuid() == 0, "another user is needed"))
    func noPermissionForAnyGroupNamesTheOwner() async throws {
        let daemon = try FakeDaemon.answering { _ in .result(Sample.uuidAnswer) }
        defer { daemon.stop() }
        guard chmod(daemon.path, 0o600) == 0 else { throw SystemFailure("chmod") }
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let run = try await asNobody(daemon, folder).run("uuid")
        let errors = """
            error: only root may use sessiond's socket \(daemon.path)
            hint: sessiond --socket-group GROUP lets a group in; the package's socket has one

            """
        #expect(run == Tool.Run(status: 77, output: "", errors: errors))
    }

    @Test func aDaemonThatHangs() async throws {
        let daemon = try FakeDaemon { try $0.waitForClose() }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("status", "--timeout", "0.1")
        let errors = """
            error: sessiond did not answer session.status within 0.1 s
            hint: try again with more time

            """
        #expect(run == Tool.Run(status: 124, output: "", errors: errors))
    }

    @Test func theDaemonsOwnDeadlineCountsAsTheTimeoutThatWasGiven() async throws {
        let daemon = try FakeDaemon.answering { _ in .error(SessionError(.deadlineExceeded, "the time is up")) }
        defer { daemon.stop() }
        #expect(try await Tool(daemon).run("refresh", "--timeout", "5").status == 124)
        #expect(try await Tool(daemon).run("refresh").status == 75)
    }

    @Test func aDaemonThatAnswersGarbage() async throws {
        let daemon = try FakeDaemon { peer in
            _ = try peer.next()
            try peer.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("status")
        #expect(run.status == 76)
        #expect(run.output == "")
        #expect(
            run.errors == """
                error: what was answered to session.status is not sessiond's protocol: the daemon's answer is not JSON: \
                unexpected byte at byte 0
                hint: see whether the socket is sessiond's, and whether it and this program are of the same version

                """
        )
    }

    @Test func aMutationWhoseConnectionBreaks() async throws {
        let daemon = try FakeDaemon { peer in
            while let request = try peer.next(), request.method != "session.destroy" {
                try peer.send(Answer.result(Sample.result(of: request.method)).line(id: request.id))
            }
        }
        defer { daemon.stop() }
        let errors = """
            error: sessiond closed the connection before it answered session.destroy: it may have been carried out
            hint: the session is now anonymous, generation 7, \(Sample.uuid)

            """
        #expect(try await Tool(daemon).run("destroy") == Tool.Run(status: 69, output: "", errors: errors))
    }

    @Test func aReadWhoseConnectionBreaksIsRepeatedForAWhile() async throws {
        let daemon = try FakeDaemon { _ = try $0.next() }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("uuid")
        #expect(run.status == 69)
        #expect(run.errors.hasPrefix("error: sessiond closed the connection before it answered session.getUUID\n"))
    }

    @Test(arguments: ErrorName.all.map { ($0.name.rawValue, $0.properties.exitStatus) } + [("ofALaterVersion", 70)])
    func eachErrorHasItsStatus(name: String, status: Int32) async throws {
        let error = SessionError(ErrorName(rawValue: name), "it is refused", hint: "do something else")
        let daemon = try FakeDaemon.answering { _ in .error(error) }
        defer { daemon.stop() }
        let expected = Tool.Run(
            status: status, output: "", errors: "error: it is refused\nhint: do something else\n")
        #expect(try await Tool(daemon).run("regenerate") == expected)
    }

    @Test func adviceForAppsNamesTheVerbsForPeople() async throws {
        let error = SessionError(
            .unsupported, "not here", hint: "session.beginSignIn begins that; else see session.status, or daemon.hello")
        let daemon = try FakeDaemon.answering { _ in .error(error) }
        defer { daemon.stop() }
        let hint = "sessionctl sign-in --device or --browser begins that; else see sessionctl status, or daemon.hello"
        #expect(try await Tool(daemon).run("profile").errors == "error: not here\nhint: \(hint)\n")
        // Programs get what the daemon said.
        #expect(try await Tool(daemon).run("--json", "profile").errors.contains("session.beginSignIn begins that"))
        let health = #"{"ready":false,"problems":[{"name":"x","hint":"session.destroy or session.touch,"}]}"#
        let degraded = try FakeDaemon.answering { _ in .result(health) }
        defer { degraded.stop() }
        #expect(try await Tool(degraded).run("health").output == "not ready\nx: sessionctl destroy or session.touch,\n")
    }

    @Test func theVerbOfEachMethodIsOne() {
        let verbs = RootCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
        for method in Method.allCases {
            guard let line = method.commandLine?.split(separator: " ") else { continue }
            #expect(line[0] == "sessionctl" && verbs.contains(String(line[1])), "\(method)")
        }
    }

    @Test func errorsAreTheDaemonsOwnInJSON() async throws {
        let error = SessionError(
            .tokenUnavailable, "there is no token", retryAfterSeconds: 5, details: [JSONMember("cause", .string("x"))])
        let daemon = try FakeDaemon.answering { _ in .error(error) }
        defer { daemon.stop() }
        let json = """
            {"code":-32006,"message":"there is no token","data":{"name":"tokenUnavailable","retryable":true,\
            "retryAfterSeconds":5,"cause":"x"}}

            """
        #expect(try await Tool(daemon).run("--json", "token") == Tool.Run(status: 75, output: "", errors: json))
        let text = "error: there is no token\nhint: sessionctl doctor looks at the way there; try again in 5 s\n"
        #expect(try await Tool(daemon).run("token") == Tool.Run(status: 75, output: "", errors: text))
    }

    @Test func whenToTryAgainIsSaidBesideWhatToDo() async throws {
        let error = SessionError(.limitExceeded, "too many have failed", retryAfterSeconds: 42, hint: "wait")
        let daemon = try FakeDaemon.answering { _ in .error(error) }
        defer { daemon.stop() }
        let text = "error: too many have failed\nhint: wait; try again in 42 s\n"
        #expect(try await Tool(daemon).run("token") == Tool.Run(status: 75, output: "", errors: text))
    }

    @Test func severalMistakesInAConfigurationAreALineEach() async throws {
        let problems = JSONMember("problems", .array([.string("a.conf:1: x"), .string("a.conf:2: y")]))
        let error = SessionError(.notConfigured, "it cannot be used: x; y", hint: "correct it", details: [problems])
        let daemon = try FakeDaemon.answering { _ in .error(error) }
        defer { daemon.stop() }
        let text = "error: the configuration cannot be used\n  a.conf:1: x\n  a.conf:2: y\nhint: correct it\n"
        #expect(try await Tool(daemon).run("reload") == Tool.Run(status: 78, output: "", errors: text))
    }

    @Test func anAnswerThatCannotBeWrittenIsAnError() async throws {
        let daemon = try FakeDaemon.answering { _ in .result(Sample.uuidAnswer) }
        defer { daemon.stop() }
        var tool = Tool(daemon)
        tool.output = "/dev/full"
        let errors = "error: the answer cannot be written to standard output: No space left on device\n"
        #expect(try await tool.run("uuid") == Tool.Run(status: 74, output: "", errors: errors))
        #expect(try await tool.run("--help") == Tool.Run(status: 74, output: "", errors: errors))
    }

    @Test func closedStandardStreamsAreErrorsToo() async throws {
        let daemon = try FakeDaemon.answering { _ in .result(Sample.uuidAnswer) }
        defer { daemon.stop() }
        var tool = Tool(daemon)
        tool.command = ["/bin/sh", "-c", #""$0" "$@" >&- <&-"#, Tool.binary]
        let errors = "error: the answer cannot be written to standard output: Bad file descriptor\n"
        #expect(try await tool.run("uuid") == Tool.Run(status: 74, output: "", errors: errors))
    }

    @Test func aPipeThatNobodyReadsIsNothingToSpeakOf() async throws {
        let daemon = try FakeDaemon { peer in
            while let request = try peer.next() {
                try peer.send(Answer.result(Sample.result(of: request.method)).line(id: request.id))
            }
        }
        defer { daemon.stop() }
        var tool = Tool(daemon)
        // The reader is gone before the daemon is asked.
        tool.command = ["/bin/bash", "-c", #"exec 3> >(exec true); wait $!; "$0" "$@" >&3"#, Tool.binary]
        for verb in ["uuid", "status", "doctor", "--help"] {
            #expect(try await tool.run(verb) == Tool.Run(status: 74, output: "", errors: ""))
        }
    }

    // A copy of the binary, because the folder that it is in may be closed to others; made by another process, because
    // what a child of this one still holds open for writing cannot be run.
    private func asNobody(_ daemon: FakeDaemon, _ folder: TemporaryFolder) async throws -> Tool {
        let copy = try Child(["/bin/cp", Tool.binary, folder.file("sessionctl")], environment: [], streams: [])
        #expect(await copy.status() == 0)
        var tool = Tool(daemon)
        tool.command = [
            "/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--",
            folder.file("sessionctl"),
        ]
        return tool
    }
}
