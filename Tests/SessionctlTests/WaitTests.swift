// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import SessionProtocol
import Testing

@testable import TestSupport

/// `wait --for=ready`: asks until the daemon can do its work, or the time is up.
@Suite(.timeLimit(.minutes(10))) struct WaitTests {
    private static let notReady = #"{"ready":false,"problems":[{"name":"storeLocked","hint":"give it its key"}]}"#

    @Test(arguments: [
        Answer.result(WaitTests.notReady), .error(SessionError(.notConfigured, "line 3 is wrong")),
        .error(SessionError(.shuttingDown, "it stops")), .error(SessionError(.limitExceeded, "too many")),
    ])
    func asksAgainUntilTheDaemonIsReady(first: Answer) async throws {
        // One request a connection, so that their number tells how often it was asked.
        let daemon = try FakeDaemon { peer in
            while let request = try peer.next() {
                let answer = peer.number < 3 ? first : .result(Sample.health)
                try peer.send(answer.line(id: request.id))
            }
        }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for=ready")
        #expect(run == Tool.Run(status: 0, output: "ready\n", errors: ""))
        daemon.stop()
        var count = 0
        for await request in daemon.arrivals {
            #expect(request.method == "daemon.health")
            count += 1
        }
        #expect(count == 4)
    }

    @Test func whatCanOnlyFailIsNotWaitedFor() async throws {
        let daemon = try FakeDaemon.answering { _ in .error(SessionError(.permissionDenied, "no right")) }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for=signed-in", "--timeout", "300")
        #expect(run.status == 77)
    }

    @Test func answerIsTheDaemonsOwnInJSON() async throws {
        let daemon = try FakeDaemon.answering { _ in .result(Sample.health) }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for", "ready", "--json")
        #expect(run == Tool.Run(status: 0, output: Sample.health + "\n", errors: ""))
    }

    @Test func daemonThatIsNeverReadyIsATimeOutThatSaysWhy() async throws {
        let daemon = try FakeDaemon.answering { _ in .result(WaitTests.notReady) }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for=ready", "--timeout", "0.2")
        let errors = "error: the time is up, and sessiond is not ready; storeLocked: give it its key\n"
        #expect(run == Tool.Run(status: 124, output: "", errors: errors))
    }

    @Test func daemonThatIsNotConfiguredIsATimeOutThatSaysWhere() async throws {
        let error = SessionError(.notConfigured, "sessiond.conf:3: no", hint: "correct it")
        let daemon = try FakeDaemon.answering { _ in .error(error) }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("wait", "--for=ready", "--timeout", "0.2")
        let errors = "error: the time is up, and sessiond is not ready: sessiond.conf:3: no\nhint: correct it\n"
        #expect(run == Tool.Run(status: 124, output: "", errors: errors))
    }

    @Test func daemonThatNeverRunsIsUnreachable() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var tool = Tool()
        tool.socket = folder.file("s")
        let run = try await tool.run("wait", "--for=ready", "--timeout", "0.2")
        #expect(run.status == 69)
        #expect(run.errors.hasPrefix("error: sessiond is not running: there is no socket"))
    }

    @Test func whatDoesNotPassIsNotWaitedFor() async throws {
        let daemon = try FakeDaemon.answering { _ in .error(SessionError(.unsupported, "there is no such method")) }
        defer { daemon.stop() }
        // Waiting would take as long as a test may not take.
        let run = try await Tool(daemon).run("wait", "--for=ready", "--timeout", "300")
        #expect(run == Tool.Run(status: 1, output: "", errors: "error: there is no such method\n"))
    }
}
