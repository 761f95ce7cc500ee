// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import SessionProtocol
import Testing

@testable import TestSupport

/// `watch`, and `wait` for what a watch shows.
@Suite(.timeLimit(.minutes(10))) struct WatchTests {
    private static func answer(_ sequence: Int64, _ status: String = Sample.status, resumed: Bool = false) -> String {
        #"{"snapshot":\#(status),"sequence":\#(sequence),"resumed":\#(resumed)}"#
    }

    private static func parameters(_ sequence: Int64, _ kind: String, _ members: String = "") -> String {
        #"{"sequence":\#(sequence),"generation":8,"kind":"\#(kind)"\#(members),"status":\#(Sample.signedIn)}"#
    }

    private static func event(_ parameters: String) -> String {
        #"{"jsonrpc":"2.0","method":"session.event","params":\#(parameters)}"# + "\n"
    }

    private static let denial = SessionError(.permissionDenied, "identity.read is not granted", hint: "Allow=…")

    /// Each answers one request on a connection of its own, says what follows, and leaves; the last is a denial.
    private static func daemon(_ scripts: [(answer: String, events: [String])]) throws -> FakeDaemon {
        try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            guard peer.number < scripts.count else {
                return try peer.send(Answer.error(denial).line(id: request.id))
            }
            let script = scripts[peer.number]
            try peer.send(Answer.result(script.answer).line(id: request.id))
            for parameters in script.events { try peer.send(event(parameters)) }
        }
    }

    private static let events = [
        parameters(11, "signedIn", #","later":true"#),
        parameters(12, "expiringSoon", #","what":"idleTimeout","atSeconds":60"#),
        parameters(13, "signedOut", #","reason":"idleTimeout""#),
    ]

    @Test func printsOneLineForEachChangeAndSaysWhereSomeWereMissed() async throws {
        let daemon = try Self.daemon([(Self.answer(10), Self.events), (Self.answer(900, Sample.signedIn), [])])
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("watch")
        let session = "\(Sample.uuid), generation"
        let lines = [
            "snapshot: anonymous, \(session) 7", "signedIn: signedIn, \(session) 8",
            "expiringSoon idleTimeout in 60 s: signedIn, \(session) 8",
            "signedOut idleTimeout: signedIn, \(session) 8", "gap: signedIn, \(session) 8",
        ]
        // The time of day, and no number of sixteen digits.
        #expect(run.output.matches(of: #/(?m)^([01]\d|2[0-3]):[0-5]\d:[0-5]\d /#).count == lines.count)
        #expect(run.output.split(separator: "\n").map { String($0.dropFirst(9)) } == lines)
        // What an administrator has to change is not waited for.
        #expect(run.status == 77 && run.errors == "error: identity.read is not granted\nhint: Allow=…\n")
    }

    @Test func printsTheDaemonsOwnWordsInJSON() async throws {
        let daemon = try Self.daemon([(Self.answer(10), Self.events)])
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("watch", "--json")
        #expect(run.output == ([Self.answer(10)] + Self.events).map { $0 + "\n" }.joined())
    }

    @Test func endsWithoutAWordWhenNobodyReadsAnyMore() async throws {
        let daemon = try FakeDaemon { peer in
            // Nothing happens that could be printed, and no second answer.
            guard peer.number == 0, let request = try peer.next() else { return try peer.waitForClose() }
            try peer.send(Answer.result(Self.answer(10)).line(id: request.id))
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        var tool = Tool(daemon)
        tool.command = ["/bin/bash", "-c", #""$0" "$@" | head -1 >&2; exit "${PIPESTATUS[0]}""#, Tool.binary]
        let run = try await tool.run("watch")
        #expect(run.status == 74)
        #expect(run.errors.hasSuffix(" snapshot: anonymous, \(Sample.uuid), generation 7\n"))
    }

    @Test func beginsBehindAnEvent() async throws {
        let daemon = try Self.daemon([(Self.answer(10, resumed: true), [Self.events[0]])])
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("watch", "--since", "10")
        for await request in daemon.arrivals.prefix(1) { #expect(request.parameters["since"]?.integer == 10) }
        #expect(run.output.contains(#/^[0-9:]+ resumed: anonymous, .*\n[0-9:]+ signedIn: /#))
    }

    @Test func refusesANumberThatIsNone() async throws {
        let run = try await Tool().run("watch", "--since=-1")
        #expect(run.status == 64 && run.errors.contains("'--since' takes the number of an event."))
    }

    @Test func daemonThatIsNotThereAtTheBeginningIsUnreachable() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var tool = Tool()
        tool.socket = folder.file("s")
        let run = try await tool.run("watch")
        #expect(run.status == 69 && run.errors.hasPrefix("error: sessiond is not running: there is no socket"))
    }

    @Test func daemonThatDoesNotAnswerIsATimeOut() async throws {
        let daemon = try FakeDaemon { try $0.waitForClose() }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("watch", "--timeout", "0.2")
        #expect(
            run == Tool.Run(status: 124, output: "", errors: "error: the time is up, and sessiond has not answered\n"))
    }

    @Test func waitsUntilSomebodyIsSignedIn() async throws {
        let daemon = try Self.daemon([(Self.answer(10), [Self.events[0]])])
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for=signed-in")
        #expect(run == Tool.Run(status: 0, output: "signedIn\n", errors: ""))
    }

    @Test func printsTheStatusThatItWaitedForInJSON() async throws {
        let daemon = try Self.daemon([(Self.answer(10, Sample.signedIn), [])])
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for=signed-in", "--json", "--timeout", "60")
        #expect(run == Tool.Run(status: 0, output: Sample.signedIn + "\n", errors: ""))
    }

    @Test func waitsOverARestartUntilNobodyIsSignedIn() async throws {
        let daemon = try Self.daemon([(Self.answer(10, Sample.signedIn), []), (Self.answer(900), [])])
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for=anonymous")
        #expect(run == Tool.Run(status: 0, output: "anonymous\n", errors: ""))
    }

    @Test(arguments: [
        ("signed-in", Sample.status, "nobody is signed in"), ("anonymous", Sample.signedIn, "a customer is there"),
    ])
    func waitingInVainIsATimeOut(condition: String, status: String, reason: String) async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            try peer.send(Answer.result(Self.answer(10, status)).line(id: request.id))
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for", condition, "--timeout", "0.2")
        #expect(run == Tool.Run(status: 124, output: "", errors: "error: the time is up, and \(reason)\n"))
    }

    @Test func waitingWithoutADaemonIsUnreachable() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var tool = Tool()
        tool.socket = folder.file("s")
        let run = try await tool.run("wait", "--for=signed-in", "--timeout", "0.2")
        #expect(run.status == 69 && run.errors.hasPrefix("error: sessiond is not running: there is no socket"))
    }

    @Test func waitingWithoutTheRightIsRefusedAtOnce() async throws {
        let daemon = try Self.daemon([])
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for=anonymous", "--timeout", "300")
        #expect(run.status == 77)
    }
}
