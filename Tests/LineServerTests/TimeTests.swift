// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LineServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct TimeTests {
    @Test func lineThatDoesNotEndInTimeIsRefused() throws {
        let fixture = try LoopFixture()
        let (slow, patient) = (try fixture.connect(), try fixture.connect())
        try slow.send("ech")
        try fixture.settle()
        try fixture.advance(by: .seconds(29))
        try slow.send("o x")
        try fixture.settle()
        try fixture.advance(by: .seconds(1))
        #expect(try slow.line() == "lineTooSlow")
        slow.halfClose()
        #expect(try slow.lines() == [])
        try patient.send("echo y\n")
        #expect(try patient.line() == "y")
    }

    @Test func lineClockBeginsAnewWithEachLine() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("ec")
        for index in 0..<5 {
            try fixture.settle()
            try fixture.advance(by: .seconds(20))
            // One line ends and the next begins within one read.
            try client.send("ho \(index)\nec")
            #expect(try client.line() == "\(index)")
        }
    }

    // It begins anew when reading goes on.
    @Test(arguments: [(20, "x"), (31, "lineTooSlow")])
    func lineClockStandsStillWhileNothingIsRead(seconds: Int, expected: String) throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("later a\nec")
        try fixture.record.wait("the line") { $0.lines.count == 1 }
        try fixture.answer("a", padding: 600_000)
        try fixture.settle()
        try fixture.advance(by: .seconds(40))
        #expect(try client.line()?.utf8.count == 600_001)
        try fixture.settle()
        try fixture.advance(by: .seconds(seconds))
        try client.send("ho x\n")
        #expect(try client.line() == expected)
    }

    @Test func otherLimitsHoldForConnectionsThatAreThere() throws {
        let fixture = try LoopFixture()
        let (idle, slow) = (try fixture.connect(), try fixture.connect())
        try slow.send("ec")
        try fixture.awaitAccepted(2)
        try fixture.settle()
        var limits = LineLimits.idle(.seconds(10))
        limits.lineArrival = .seconds(5)
        try fixture.onLoop { [limits] _, loop in loop.adopt(limits) }
        try fixture.advance(by: .seconds(6))
        #expect(try slow.line() == "lineTooSlow")
        try fixture.advance(by: .seconds(5))
        #expect(try idle.lines() == [])
    }

    @Test func otherLimitOfConnectionsHoldsForThoseThatCome() throws {
        let fixture = try LoopFixture()
        let clients = try (0..<3).map { _ in try fixture.connect() }
        try fixture.awaitAccepted(3)
        var limits = LineLimits(longestLineBytes: 65_536)
        limits.connectionsPerUser = 2
        try fixture.onLoop { [limits] _, loop in loop.adopt(limits) }
        #expect(try fixture.connect().line() == "tooManyConnections")
        try clients[0].send("echo x\n")
        #expect(try clients[0].line() == "x")
    }

    @Test func idleConnectionIsClosed() throws {
        let fixture = try LoopFixture(limits: .idle(.seconds(10)))
        let (idle, busy) = (try fixture.connect(), try fixture.connect())
        try fixture.awaitAccepted(2)
        try fixture.advance(by: .seconds(6))
        try busy.send("echo x\n")
        #expect(try busy.line() == "x")
        try fixture.advance(by: .seconds(6))
        #expect(try idle.lines() == [])
        try busy.send("echo y\n")
        #expect(try busy.line() == "y")
        try fixture.advance(by: .seconds(10))
        #expect(try busy.lines() == [])
    }

    @Test func connectionThatWaitsForAnAnswerIsNotIdle() throws {
        let fixture = try LoopFixture(limits: .idle(.seconds(10)))
        let client = try fixture.connect()
        try client.send("later a\n")
        try fixture.record.wait("the line") { $0.lines.count == 1 }
        for _ in 0..<5 { try fixture.advance(by: .seconds(9)) }
        try fixture.answer("a")
        #expect(try client.line() == "a")
        // It counts from the answer, and it still counts.
        try fixture.advance(by: .seconds(9))
        #expect(fixture.record.change { $0.closed } == 0)
        try fixture.advance(by: .seconds(9))
        #expect(try client.lines() == [])
    }

    @Test func peerThatDoesNotReadIsIdleAsWell() throws {
        let fixture = try LoopFixture(limits: .idle(.seconds(10)))
        let client = try fixture.connect()
        try client.send("large 600000\necho")
        try fixture.record.wait("the line") { $0.lines.count == 1 }
        try fixture.advance(by: .seconds(11))
        try fixture.awaitClosed(1)
    }

    @Test func serviceHearsOfItsDeadlineInTimeAndOnce() throws {
        let fixture = try LoopFixture()
        let start = try fixture.onLoop { probe, _ in
            probe.nextDeadline = probe.now + .seconds(5)
            return probe.now
        }
        try fixture.advance(by: .seconds(4))
        #expect(try fixture.onLoop { probe, _ in probe.deadlines } == [])
        try fixture.advance(by: .seconds(2))
        try fixture.advance(by: .seconds(2))
        #expect(try fixture.onLoop { probe, _ in probe.deadlines } == [start + .seconds(6)])
    }

    @Test func sleepIsLimitedByWhatComesFirstAndNeverBeyondWhatTheKernelTakes() throws {
        let fixture = try LoopFixture()
        #expect(try fixture.onLoop { _, loop in loop.nextTimeoutMilliseconds } == -1)
        let cases: [(Duration, Int32)] = [
            (.zero, 1), (.seconds(-5), 1), (.microseconds(1500), 2), (.milliseconds(2), 3),
            (.seconds(Int64.max / 2), 86_400_001),
        ]
        for (left, expected) in cases {
            let timeout = try fixture.onLoop { probe, loop in
                defer { probe.nextDeadline = nil }
                probe.nextDeadline = probe.now + left
                return loop.nextTimeoutMilliseconds
            }
            #expect(timeout == expected, "\(left)")
        }
    }
}

extension LineLimits {
    static func idle(_ duration: Duration) -> LineLimits {
        var limits = LineLimits(longestLineBytes: 65_536)
        limits.idleConnection = duration
        return limits
    }
}
