// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SessionServer

@Suite struct ClosingTests {
    @Test func halfClosedConnectionWaitsForItsLateAnswers() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("later a\nlater b\necho c\n")
        client.halfClose()
        #expect(try client.line() == "c")
        try fixture.answer("b")
        try fixture.answer("a")
        #expect(try client.lines() == ["b", "a"])
        try fixture.awaitClosed(1)
    }

    @Test func halfClosedConnectionThatWaitsCostsNoWakeUps() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("later a\n")
        client.halfClose()
        try fixture.record.wait("the line") { $0.lines.count == 1 }
        try expectNoSpin(fixture)
        try fixture.answer("a")
        #expect(try client.lines() == ["a"])
    }

    @Test func fullCloseInTheMiddleIsReportedOnce() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send("later a\necho b\nlater c")
        #expect(try client.line() == "b")
        client.close()
        try fixture.awaitClosed(1)
        #expect(try fixture.onLoop { _, loop in loop.connectionCount } == 0)
        try fixture.answer("a")
        #expect(fixture.record.change { $0.closed } == 1)
    }

    @Test(arguments: [1, 20, 4000])
    func whatWasSentBeforeAFullCloseIsStillCarriedOut(count: Int) throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        // The answers go nowhere, and there are more of them than would be gathered, or may wait.
        let script = Array(
            (0..<count).map { "large 500 \($0)\nnote \($0) " + String(repeating: ".", count: 20) + "\n" }.joined().utf8)
        #expect(client.sendWhatFits(script) == script.count)
        client.close()
        try fixture.awaitClosed(1)
        #expect(fixture.record.change { $0.lines.filter { $0.hasPrefix("note") }.count } == count)
    }

    @Test func descriptorUsedAgainWithinOneWakeUpIsNotMistaken() throws {
        let fixture = try LoopFixture()
        let sockets = try (0..<10).map { _ in try fixture.connect().release() }
        try fixture.awaitAccepted(10)
        // While the loop is busy with this, all of them end and others begin: one batch of events.
        let path = fixture.path
        try fixture.onLoop { _, _ in
            for socket in sockets { close(socket) }
        }
        let others = try (0..<10).map { _ in try TestClient(path: path) }
        for (index, other) in others.enumerated() {
            try other.send("echo \(index)\n")
            #expect(try other.line() == "\(index)")
        }
        try fixture.awaitClosed(10)
    }
}

/// Expects that the loop sleeps unless somebody wants something: a spinning one would come round more often than it
/// is spoken to.
func expectNoSpin(_ fixture: LoopFixture, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let exchanges = 200
    let before = try fixture.onLoop { probe, _ in probe.wakeUps }
    for _ in 1..<exchanges { try fixture.onLoop { _, _ in } }
    let after = try fixture.onLoop { probe, _ in probe.wakeUps }
    // A message that is posted while another is taken may wake twice.
    #expect(after - before <= 2 * exchanges + 2, sourceLocation: sourceLocation)
}
