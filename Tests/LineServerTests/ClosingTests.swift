// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import LineServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct ClosingTests {
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

    // In a process of its own, where nobody else takes the descriptor.
    @Test func descriptorUsedAgainWithinOneWakeUpIsNotMistaken() async throws {
        await #expect(processExitsWith: .success) {
            let fixture = try LoopFixture()
            let (first, second) = (try fixture.connect(), try TestClient())
            try fixture.awaitAccepted(1)
            let (path, ending, beginning) = (fixture.path, first.socket, second.socket)
            // One batch of events, in this order: the first connection is closed, the second takes its descriptor,
            // and the first's end is reported.
            let descriptor = try fixture.onLoop { probe, loop in
                let connection = loop.peers.all.compactMap { $0 }.first
                probe.mailbox.post(
                    .run { probe in probe.loop?.peers.all.compactMap { $0 }.forEach { probe.loop?.close($0) } })
                guard UnixAddress(path).use({ connect(beginning, $0, $1) }) == 0 else {
                    throw TestFailure(call: "connect")
                }
                shutdown(ending, Int32(SHUT_RDWR))
                return connection?.socket
            }
            try fixture.awaitAccepted(2)
            try second.send("echo x\n")
            guard try second.line() == "x" else { throw TestFailure("the second was mistaken for the first") }
            let taken = try fixture.onLoop { _, loop in loop.peers.all.compactMap { $0 }.map(\.socket) }
            guard taken == [descriptor] else { throw TestFailure("the descriptor was not used again") }
        }
    }
}

/// Expects that the loop sleeps unless somebody wants something: a spinning one would come round more often than it
/// is spoken to.
func expectNoSpin(_ fixture: LoopFixture, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try !spins(fixture), sourceLocation: sourceLocation)
}

/// Whether the loop comes round more often than there is something to do.
func spins(_ fixture: LoopFixture) throws -> Bool {
    let exchanges = 200
    let before = try fixture.onLoop { probe, _ in probe.wakeUps }
    for _ in 1..<exchanges { try fixture.onLoop { _, _ in } }
    let after = try fixture.onLoop { probe, _ in probe.wakeUps }
    // A message that is posted while another is taken may wake twice.
    return after - before > 2 * exchanges + 2
}
