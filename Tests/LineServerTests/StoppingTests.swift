// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import LineServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct StoppingTests {
    @Test func loopWithoutConnectionsStopsAtOnce() throws {
        let fixture = try LoopFixture()
        try fixture.stop()
        try fixture.awaitEnd()
        #expect(fixture.record.change { $0.hasStopped })
    }

    @Test func hangUpGoesToTheServiceAndStopsNothing() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        // Sent by the thread to itself: it is the one that has the signal blocked.
        try fixture.onLoop { _, _ in _ = pthread_kill(pthread_self(), SIGHUP) }
        try fixture.record.wait("the signal") { $0.hangUps == [getpid()] }
        try client.send("echo a\n")
        #expect(try client.line() == "a")
        #expect(!fixture.record.change { $0.hasStopped })
    }

    @Test func idleConnectionsAreClosedAndWhatHadArrivedIsAnswered() throws {
        let fixture = try LoopFixture()
        let (idle, busy) = (try fixture.connect(), try fixture.connect())
        try fixture.awaitAccepted(2)
        // More than one read takes; it arrives before the loop can look.
        let (path, script) = (busy.socket, Array(String(repeating: "echo 12345678\n", count: 10_000).utf8))
        let sent = try fixture.onLoop { _, loop in
            loop.stop()
            return Glibc.send(path, script, script.count, Int32(MSG_DONTWAIT))
        }
        #expect(sent > 100_000)
        #expect(try busy.lines().count == sent / 14)
        #expect(try idle.lines() == [])
        try fixture.awaitEnd()
    }

    @Test func unfinishedLineIsNoRequest() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("echo a\necho b")
        #expect(try client.line() == "a")
        try fixture.stop()
        #expect(try client.lines() == [])
        try fixture.awaitEnd()
        #expect(fixture.record.change { $0.lines } == ["echo a"])
    }

    @Test func callsUnderWayAreAnsweredAndNewOnesHeardUntilThen() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("later a\n")
        try fixture.record.wait("the line") { $0.lines.count == 1 }
        try fixture.stop()
        try client.send("echo b\n")
        #expect(try client.line() == "b")
        try expectNoSpin(fixture)
        try fixture.answer("a")
        #expect(try client.lines() == ["a"])
        try fixture.awaitEnd()
    }

    @Test func requestAfterTheEndFailsWhereItIsSent() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try fixture.awaitAccepted(1)
        try fixture.stop()
        try fixture.awaitEnd()
        #expect(throws: TestFailure.self) { try client.send("echo x\n") }
    }

    @Test func callThatIsNotAnsweredHoldsTheEndUpForFiveSecondsAtMost() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("later a\n")
        try fixture.record.wait("the line") { $0.lines.count == 1 }
        try fixture.stop()
        try fixture.advance(by: .milliseconds(4900))
        #expect(!fixture.hasRunToItsEnd)
        fixture.clock.advance(by: .milliseconds(200))
        fixture.wake()
        try fixture.awaitEnd()
        #expect(try client.lines() == [])
        #expect(fixture.record.change { $0.closed } == 1)
    }

    @Test func peerThatDoesNotReadHoldsTheEndUpForFiveSecondsAtMost() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("large 1000000\necho x\n")
        try fixture.record.wait("the line") { $0.lines.count >= 1 }
        try fixture.stop()
        try fixture.settle()
        #expect(!fixture.hasRunToItsEnd)
        fixture.clock.advance(by: .seconds(6))
        fixture.wake()
        try fixture.awaitEnd()
    }

    @Test func nobodyIsAcceptedAnyMore() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("later a\n")
        try fixture.record.wait("the line") { $0.lines.count == 1 }
        let late = try TestClient()
        // One batch of events: first the word to stop, then the connection.
        let (path, socket) = (fixture.path, late.socket)
        let result = try fixture.onLoop { probe, _ in
            probe.mailbox.post(.run { $0.loop?.stop() })
            return UnixAddress(path).use { connect(socket, $0, $1) }
        }
        #expect(result == 0)
        try fixture.record.wait("the stop") { $0.hasStopped }
        try expectNoSpin(fixture)
        #expect(fixture.record.change { $0.accepted } == 1)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func signalStopsTheLoopWithoutSpinning(signal: Int32) throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("later a\n")
        try fixture.record.wait("the line") { $0.lines.count == 1 }
        let thread = try fixture.onLoop { _, _ in pthread_self() }
        #expect(pthread_kill(thread, signal) == 0)
        try fixture.record.wait("the stop") { $0.hasStopped }
        try expectNoSpin(fixture)
        try fixture.answer("a")
        #expect(try client.lines() == ["a"])
        try fixture.awaitEnd()
    }
}
