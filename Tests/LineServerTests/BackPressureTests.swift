// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LineServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct BackPressureTests {
    @Test func peerThatDoesNotReadIsNotReadFrom() throws {
        let fixture = try LoopFixture()
        let (deaf, other) = (try fixture.connect(), try fixture.connect())
        let script = Array(String(repeating: "large 20000\n", count: 100_000).utf8)
        var sent = 0
        // Until the kernel takes no more although the loop has had its chance.
        while true {
            let more = deaf.sendWhatFits(Array(script[sent...]))
            sent += more
            try other.send("echo x\n")
            #expect(try other.line() == "x")
            if more == 0 { break }
        }
        #expect(sent < script.count)
        let held = try fixture.onLoop { _, loop in
            loop.peers.all.compactMap { $0 }.map { $0.output.unsent.count + $0.input.bytes.count }.max() ?? 0
        }
        #expect(held > LineLimits.pausedBytes)
        #expect(held < 1 << 20)
        try expectNoSpin(fixture)
        #expect(fixture.record.change { $0.closed } == 0)
    }

    @Test func readingGoesOnWhereItPaused() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        let labels = (0..<2000).map(String.init)
        let script = Array(labels.map { "echo \($0)\nlarge 1500\n" }.joined().utf8)
        #expect(client.sendWhatFits(script) == script.count)
        client.halfClose()
        try fixture.onLoop { _, _ in }
        #expect(try client.lines().filter { $0.utf8.count < 10 } == labels)
        try fixture.awaitClosed(1)
    }

    @Test func connectionIsClosedWhenMoreComesThanMayBeLeftUnread() throws {
        var limits = LineLimits(longestLineBytes: 65_536)
        limits.unsentBytes = 200_000
        let fixture = try LoopFixture(limits: limits)
        let (deaf, other) = (try fixture.connect(), try fixture.connect())
        for label in 0..<40 { try deaf.send("later \(label)\n") }
        try fixture.record.wait("the lines") { $0.lines.count == 40 }
        for label in 0..<40 { try fixture.answer("\(label)", padding: 50_000) }
        try fixture.awaitClosed(1)
        try other.send("echo x\n")
        #expect(try other.line() == "x")
        #expect(fixture.record.change { $0.closed } == 1)
    }

    @Test func peerThatReadsGetsMoreAtOnceThanMayBeLeftUnread() throws {
        var limits = LineLimits(longestLineBytes: 65_536)
        limits.unsentBytes = 65_536
        let fixture = try LoopFixture(limits: limits)
        let client = try fixture.connect()
        for label in 0..<64 { try client.send("later \(label)\n") }
        try fixture.record.wait("the lines") { $0.lines.count == 64 }
        // All of them are answered within one wake-up: the peer had no chance to read.
        try fixture.onLoop { probe, _ in
            for label in 0..<64 { probe.answer("\(label)", padding: 32_768) }
        }
        client.halfClose()
        let lines = try client.lines()
        #expect(lines.map { String($0.prefix { $0 != "." }) } == (0..<64).map(String.init))
    }

    @Test func oneAnswerMayBeLongerThanWhatMayBeLeftUnread() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("large 4000000\necho x\n")
        client.halfClose()
        #expect(try client.lines().map(\.utf8.count) == [4_000_000, 1])
    }

    @Test func slowReaderOfManyAnswersIsNotClosed() throws {
        var limits = LineLimits(longestLineBytes: 65_536)
        limits.unsentBytes = 65_536
        let fixture = try LoopFixture(limits: limits)
        let client = try fixture.connect()
        let script = Array(String(repeating: "large 1000\n", count: 5000).utf8)
        #expect(client.sendWhatFits(script) == script.count)
        client.halfClose()
        #expect(try client.lines().count == 5000)
    }

    @Test func lateAnswersStayBehindThoseThatWait() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("later a\nlater b\nlarge 400000\necho c\n")
        try fixture.record.wait("the lines") { $0.lines.count >= 3 }
        try fixture.onLoop { probe, _ in
            probe.answer("a")
            probe.answer("b")
        }
        client.halfClose()
        let lines = try client.lines()
        #expect(lines.map { String($0.prefix(1)) } == ["x", "a", "b", "c"])
    }

    @Test func idleConnectionKeepsNoBuffers() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("large 400000\necho x\nec")
        _ = try client.line()
        #expect(try client.line() == "x")
        try client.send("ho y\n")
        #expect(try client.line() == "y")
        let capacities = try fixture.onLoop { _, loop in
            loop.peers.all.compactMap { $0 }.map { [$0.input.bytes.capacity, $0.output.unsent.capacity] }
        }
        #expect(capacities == [[0, 0]])
    }
}
