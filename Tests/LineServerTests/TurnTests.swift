// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import Testing

@testable import LineServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct TurnTests {
    private static let crowd = 20

    @Test func crowdOfOneUserLeavesAnotherATurnInEveryWakeUp() throws {
        let (fixture, clients) = try crowdAndAnother()
        for number in 1...5 {
            for client in clients { try client.send("echo x\n") }
            let served = try takeTurns(fixture)
            #expect(served.last == 1, "wake-up \(number)")
            #expect(served.dropLast().reduce(0, +) == LineLimits.turnsAtOnce)
        }
    }

    @Test func turnsAreFewWhereMuchIsAskedInEach() throws {
        let (fixture, clients) = try crowdAndAnother()
        let much = String(repeating: "\n", count: LineLimits.readBytesOfMany)
        for client in clients { try client.send(much) }
        let served = try takeTurns(fixture)
        #expect(served.last == 1)
        #expect(served.dropLast().reduce(0, +) == LineLimits.turnBytesAtOnce / LineLimits.readBytesOfMany)
    }

    @Test func everyoneOfACrowdHasATurnAfterAWhile() throws {
        let (fixture, clients) = try crowdAndAnother()
        var served = Array(repeating: 0, count: clients.count)
        for _ in 0..<6 {
            // All of them are ready all the time.
            for client in clients { try client.send("echo x\n") }
            for (index, count) in try takeTurns(fixture).enumerated() { served[index] += count }
        }
        #expect(served.allSatisfy { $0 > 0 }, "\(served)")
    }

    @Test func oneUserAloneIsServedAtOnce() throws {
        let (fixture, clients) = try crowdAndAnother()
        try fixture.onLoop { _, loop in loop.give(loop.connected.last, to: 1000) }
        for client in clients { try client.send("echo x\n") }
        #expect(try takeTurns(fixture) == Array(repeating: 1, count: clients.count))
    }

    // Somebody whose turn has not come is not slow, however busy the loop is.
    @Test func aLineThatWaitsForItsTurnIsNotSlow() throws {
        let (fixture, clients) = try crowdAndAnother()
        for client in clients { try client.send("echo") }
        for _ in 0..<4 { _ = try takeTurns(fixture) }
        for client in clients.dropLast() { try client.send(" x\n") }
        try fixture.advance(by: LineLimits(longestLineBytes: 65_536).lineArrival)
        #expect(try clients.last?.line() == "lineTooSlow")
        for _ in 0..<4 { _ = try takeTurns(fixture) }
        for client in clients.dropLast() { #expect(try client.line() == "x") }
    }

    @Test func whatThousandsAreToldGoesOutInTurns() throws {
        let fixture = try LoopFixture()
        let clients = try (0..<3 * LineLimits.toldAtOnce - 1).map { _ in try fixture.connect() }
        try fixture.awaitAccepted(clients.count)
        let told = try fixture.onLoop { _, loop in
            // Only once, and before what is answered then.
            for text in ["first\n", "second\n"] {
                for connection in loop.connected { loop.tell(Array(text.utf8), to: connection) }
            }
            for connection in loop.connected { loop.send(Array("answer\n".utf8), to: connection) }
            loop.unsettled.touched.forEach { $0.isTouched = false }
            loop.unsettled.touched = []
            return (1...3).map { _ in
                let timeout = loop.nextTimeoutMilliseconds
                loop.settleTold()
                return [timeout.map(Int.init), loop.connected.count { $0.output.unsent.isEmpty }]
            }
        }
        #expect(told == [[0, LineLimits.toldAtOnce], [0, 2 * LineLimits.toldAtOnce], [0, clients.count]])
        try fixture.settle()
        for client in clients {
            for text in ["first", "second", "answer"] { #expect(try client.line() == text) }
        }
        #expect(try fixture.onLoop { _, loop in loop.unsettled.told.isEmpty })
        // And so it does where nothing else wakes the loop.
        try fixture.onLoop { _, loop in
            for connection in loop.connected { loop.tell(Array("third\n".utf8), to: connection) }
        }
        for client in clients { #expect(try client.line() == "third") }
    }

    @Test func whoIsToldMoreThanCanBeWrittenIsNotKeptForEver() {
        var told = ToldConnections()
        let connections = (0..<40).map { _ in
            Connection(
                socket: -1, serial: 1, peer: Peer(pid: 1, uid: 1, gid: 1, groups: []), context: told as AnyObject,
                bits: 0,
                longestLineBytes: 1, now: .zero)
        }
        for connection in connections { told.add(connection) }
        for _ in 0..<1_000 {
            for expected in connections {
                let next = told.next()
                #expect(next === expected)
                next.map { told.add($0) }
            }
        }
        #expect(told.kept < 4_000)
    }

    /// A crowd of one user's connections and, as the last, one of another user.
    private func crowdAndAnother() throws -> (LoopFixture, [TestClient]) {
        let fixture = try LoopFixture()
        let clients = try (0...TurnTests.crowd).map { _ in try fixture.connect() }
        try fixture.awaitAccepted(clients.count)
        try fixture.onLoop { _, loop in
            // What is sent stays there until the test has it taken.
            for connection in loop.connected {
                clinux_epoll_control(loop.poller.epoll, CLINUX_EPOLL_MODIFY, connection.socket, 0, connection.token)
                loop.give(connection, to: connection === loop.connected.last ? 2000 : 1000)
            }
        }
        return (fixture, clients)
    }

    /// Reports all connections as readable once; how many lines were taken from each.
    private func takeTurns(_ fixture: LoopFixture) throws -> [Int] {
        try fixture.onLoop { _, loop in
            let before = loop.connected.map(TurnTests.unread)
            let events = loop.connected.map { clinux_event(events: CLINUX_EPOLLIN, data: $0.token) }
            loop.takeTurns(events.span)
            return zip(before, loop.connected.map(TurnTests.unread)).map { $0 == $1 ? 0 : 1 }
        }
    }

    /// Bytes that wait in a connection's socket.
    private static func unread(_ connection: Connection) -> Int {
        var bytes = [UInt8](repeating: 0, count: 8 << 10)
        return recv(connection.socket, &bytes, bytes.count, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    }
}

extension EventLoop {
    fileprivate var connected: [Connection] { peers.all.compactMap { $0 } }

    /// Makes a connection another user's.
    fileprivate func give(_ connection: Connection?, to uid: UInt32) {
        guard let connection else { return }
        let peer = Peer(pid: connection.peer.pid, uid: uid, gid: uid, groups: [])
        let other = Connection(
            socket: connection.socket, serial: connection.serial, peer: peer, context: connection.context, bits: 0,
            longestLineBytes: 65_536, now: now)
        other.interest = connection.interest
        peers.remove(connection)
        peers.add(other)
    }
}
