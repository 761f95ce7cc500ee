// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import LineServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct AcceptingTests {
    @Test(arguments: [false, true])
    func connectionBeyondTheLimitIsToldSoAndClosed(perUser: Bool) throws {
        let fixture = try LoopFixture(limits: .connections(3, perUser: perUser))
        let clients = try (0..<3).map { _ in try fixture.connect() }
        try expectNoRoom(fixture)
        // Those who are in are not disturbed, and who leaves makes room.
        clients[0].close()
        try fixture.awaitClosed(1)
        let next = try fixture.connect()
        for client in [clients[1], clients[2], next] {
            try client.send("echo x\n")
            #expect(try client.line() == "x")
        }
        try expectNoRoom(fixture)
    }

    // Who connects may have ended another connection for it, and the kernel may report the two in either order.
    @Test func whoHasLeftIsLetGoOfBeforeAnybodyIsAccepted() throws {
        let fixture = try LoopFixture()
        let leaving = try fixture.connect()
        try leaving.send("hold up\n")
        try fixture.record.wait("the line") { $0.lines.count == 1 }
        let coming = try fixture.connect()
        try coming.send("echo x\n")
        leaving.close()
        fixture.record.change { $0.isReleased = true }
        #expect(try coming.line() == "x")
        let ends = try fixture.record.wait("the end") { $0.closed == 1 }.linesBeforeEnds
        #expect(ends == [1])
    }

    // Programs that try again as soon as a connection has ended are to wait; people read at once why there is none.
    @Test func connectionBeyondTheLimitEndsALittleLater() throws {
        let fixture = try LoopFixture(limits: .connections(0, perUser: false))
        let client = try fixture.connect()
        #expect(try client.line() == "tooManyConnections")
        try fixture.advance(by: LineLimits.turnedAway - .milliseconds(1))
        #expect(try fixture.onLoop { _, loop in loop.entrance.turnedAway.count } == 1)
        try fixture.advance(by: .milliseconds(1))
        #expect(try client.line() == nil)
        #expect(try fixture.onLoop { _, loop in loop.entrance.turnedAway.count } == 0)
        try expectNoSpin(fixture)
    }

    @Test func connectionBeyondTheLimitMayEndItselfBefore() throws {
        let fixture = try LoopFixture(limits: .connections(0, perUser: false))
        for _ in 0..<200 {
            let client = try fixture.connect()
            #expect(try client.line() == "tooManyConnections")
            client.close()
            // A process that another test starts has the client's socket too, until it runs its program.
            var rounds = 0
            while try fixture.onLoop({ _, loop in loop.entrance.turnedAway.count }) > 0, rounds < 100_000 {
                rounds += 1
            }
            let (left, noted) = try fixture.onLoop { _, loop in
                (loop.entrance.turnedAway.count, loop.entrance.turnedAway.noted)
            }
            #expect(left == 0)
            #expect(noted <= 64)
        }
    }

    // An error would have the peer connect again at once.
    @Test func whatIsSentOnAConnectionBeyondTheLimitIsTakenAndNotCarriedOut() throws {
        let fixture = try LoopFixture(limits: .connections(0, perUser: false))
        let client = try fixture.connect()
        #expect(try client.line() == "tooManyConnections")
        try client.send("echo x\n")
        try expectNoSpin(fixture)
        try fixture.advance(by: LineLimits.turnedAway)
        #expect(try fixture.onLoop { _, loop in loop.entrance.turnedAway.count } == 0)
        // The end, not a reset; a process that another test starts has the loop's socket too, until it runs its program.
        try client.awaitEvents(POLLIN)
        var byte: UInt8 = 0
        #expect(recv(client.socket, &byte, 1, Int32(MSG_DONTWAIT)) == 0)
        #expect(fixture.record.change { $0.lines } == [])
    }

    @Test(arguments: [false, true])
    func administratorsHaveEightMore(perUser: Bool) throws {
        let fixture = try LoopFixture(limits: .connections(2, perUser: perUser))
        let clients = try (0..<2).map { _ in try fixture.connect() }
        try expectNoRoom(fixture)
        try fixture.onLoop { probe, _ in probe.grantsReserve = true }
        let administrators = try (0..<8).map { _ in try fixture.connect() }
        try expectNoRoom(fixture)
        for client in clients + administrators {
            try client.send("echo x\n")
            #expect(try client.line() == "x")
        }
    }

    @Test func crowdIsAcceptedOverSeveralWakeUps() throws {
        let fixture = try LoopFixture()
        let path = fixture.path
        let sockets = try (0..<100).map { _ in try TestClient() }
        let descriptors = sockets.map(\.socket)
        let connected = try fixture.onLoop { _, _ in
            descriptors.filter { socket in UnixAddress(path).use { connect(socket, $0, $1) } == 0 }.count
        }
        #expect(connected == 100)
        try fixture.awaitAccepted(100)
        for socket in sockets {
            try socket.send("echo x\n")
            #expect(try socket.line() == "x")
        }
    }

    // In a process of its own, in which nobody else opens anything.
    @Test func exhaustionOfDescriptorsNeitherSpinsNorKills() async throws {
        await #expect(processExitsWith: .success) {
            let fixture = try LoopFixture(hasOwnDescriptors: true)
            let clients = try (0..<40).map { _ in try TestClient() }
            try fixture.leaveDescriptors(8)
            for client in clients { try client.connect(to: fixture.path) }
            // Some are in; each of the others is told, rather than left alone.
            var (inside, refused): ([TestClient], Int) = ([], 0)
            for client in clients {
                _ = client.sendWhatFits(Array("echo x\n".utf8))
                switch try client.line() {
                case "x": inside.append(client)
                case "tooManyConnections": refused += 1
                case let other: throw TestFailure("neither in nor told: \(other ?? "the end")")
                }
            }
            guard inside.count > 3, refused > 20, inside.count + refused == 40 else {
                throw TestFailure("\(inside.count) in, \(refused) refused")
            }
            guard try !spins(fixture) else { throw TestFailure("it spins") }
            // Who leaves makes room for somebody else.
            inside[0].close()
            try fixture.awaitClosed(1)
            let next = try TestClient(path: fixture.path)
            try next.send("echo y\n")
            guard try next.line() == "y" else { throw TestFailure("there is no room again") }
        }
    }

    // What is left open out of caution only is the first to go.
    @Test func exhaustionOfDescriptorsEndsThoseThatWereTurnedAway() async throws {
        await #expect(processExitsWith: .success) {
            let fixture = try LoopFixture(limits: .connections(2, perUser: false), hasOwnDescriptors: true)
            let clients = try (0..<20).map { _ in try TestClient() }
            try fixture.leaveDescriptors(8)
            for client in clients { try client.connect(to: fixture.path) }
            for client in clients[2...] {
                guard try client.line() == "tooManyConnections" else { throw TestFailure("somebody is not told") }
            }
            // Time stands still: without need they would still be open.
            guard try clients[2].line() == nil else { throw TestFailure("the first one is not ended") }
            for client in clients[..<2] {
                try client.send("echo x\n")
                guard try client.line() == "x" else { throw TestFailure("those inside are disturbed") }
            }
            guard try !spins(fixture) else { throw TestFailure("it spins") }
        }
    }

    // The reserve is gone as well: whoever waits is left waiting, without a spin, until there is room again.
    @Test func exhaustionWithoutTheReserveLeavesNewOnesWaiting() async throws {
        await #expect(processExitsWith: .success) {
            let fixture = try LoopFixture(hasOwnDescriptors: true)
            let clients = try (0..<3).map { _ in try TestClient() }
            try clients[0].connect(to: fixture.path)
            try fixture.awaitAccepted(1)
            try fixture.onLoop { _, loop in loop.entrance.reserve.give() }
            let taken = try fixture.leaveDescriptors(0)
            try clients[1].connect(to: fixture.path)
            try fixture.settle()
            let rests = try fixture.onLoop { _, loop in loop.entrance.acceptsAgainAt.map { $0 > loop.now } }
            guard try rests == true && !spins(fixture) else { throw TestFailure("it spins") }
            try clients[0].send("echo x\n")
            guard try clients[0].line() == "x" else { throw TestFailure("the first is disturbed") }
            try fixture.onLoop { _, _ in for descriptor in taken { close(descriptor) } }
            try fixture.advance(by: .seconds(1))
            for client in clients[1...] {
                if client === clients[2] { try client.connect(to: fixture.path) }
                try client.send("echo y\n")
                guard try client.line() == "y" else { throw TestFailure("there is no room again") }
            }
        }
    }
}

// Beyond the limit one is told so, and nothing else is ever said.
private func expectNoRoom(_ fixture: LoopFixture) throws {
    let client = try fixture.connect()
    #expect(try client.line() == "tooManyConnections")
    client.close()
    try fixture.settle()
}

extension LineLimits {
    fileprivate static func connections(_ count: Int, perUser: Bool) -> LineLimits {
        var limits = LineLimits(longestLineBytes: 65_536)
        if perUser { limits.connectionsPerUser = count } else { limits.connections = count }
        return limits
    }
}
