// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import SessionClient
import SessionProtocol
import Testing

@testable import TestSupport

/// `SessionClient.changes()`, over real sockets.
@Suite(.timeLimit(.minutes(10))) struct ChangesTests {
    private static func answer(_ sequence: Int64, resumed: Bool = false) -> Answer {
        .result(#"{"snapshot":\#(Sample.status),"sequence":\#(sequence),"resumed":\#(resumed)}"#)
    }

    private static func event(_ sequence: Int64, _ kind: EventKind = .identityChanged) -> [UInt8] {
        let status = kind.isTerminal ? "" : #","status":\#(Sample.signedIn)"#
        let head = #"{"jsonrpc":"2.0","method":"session.event","params":{"sequence":\#(sequence),"generation":8,"#
        return Array((head + #""kind":"\#(kind.rawValue)"\#(status)}}"# + "\n").utf8)
    }

    /// A daemon whose session does not change.
    private static func quietDaemon() throws -> FakeDaemon {
        try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            try peer.send(answer(10).line(id: request.id))
            try peer.waitForClose()
        }
    }

    /// What was told, briefly: `snapshot`, `event 11`, `gap`, `interrupted unreachable`, `resumed`.
    private static func told(_ change: SessionChange?) -> String? {
        change.map { change in
            switch change.cause {
            case .snapshot: "snapshot"
            case .event(let event): "event \(event.sequence)"
            case .gap: "gap"
            case .interrupted(let error): "interrupted \(error.sessionError?.name.rawValue ?? error.code.rawValue)"
            case .resumed: "resumed"
            }
        }
    }

    private static func told(_ count: Int, _ iterator: inout SessionChanges.Iterator) async -> [String?] {
        var told: [String?] = []
        for _ in 0..<count { told.append(Self.told(await iterator.next())) }
        return told
    }

    @Test func beginsWithTheSessionAndGoesOnWithItsChanges() async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            try peer.send(Self.answer(10).line(id: request.id) + Self.event(11))
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        var changes = try SessionClient(socketPath: daemon.path).changes().makeAsyncIterator()
        let first = await changes.next()
        #expect(first?.cause == .snapshot && first?.previous == nil && first?.status?.generation == 7)
        let second = await changes.next()
        #expect(Self.told(second) == "event 11" && second?.isOtherCustomer == true)
        #expect(second?.previous == first?.status && second?.status?.login == "customer@example.com")
    }

    @Test func goesOnAfterABrokenConnectionWhereItWas() async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            switch peer.number {
            case 0: try peer.send(Self.answer(10).line(id: request.id) + Self.event(11))
            case 1:
                #expect(request.parameters["since"]?.integer == 11)
                // What is known already is not told again, whoever sends it.
                let line = Self.answer(11, resumed: true).line(id: request.id)
                try peer.send(line + Self.event(11) + Self.event(12) + Self.event(12, .overflow))
            case 2:
                #expect(request.parameters["since"]?.integer == 12)
                try peer.send(Self.answer(400).line(id: request.id) + Self.event(401))
                try peer.waitForClose()
            default:
                // What is followed goes on while the daemon stops.
                break
            }
        }
        defer { daemon.stop() }
        var changes = try SessionClient(socketPath: daemon.path).changes().makeAsyncIterator()
        #expect(await Self.told(5, &changes) == ["snapshot", "event 11", "event 12", "gap", "event 401"])
    }

    @Test func tellsOnceThatTheDaemonIsGoneAndThenWhatItCameTo() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("s")
        var changes = try SessionClient(socketPath: path).changes().makeAsyncIterator()
        #expect(await Self.told(1, &changes) == ["interrupted unreachable"])
        for number in 0..<2 {
            let daemon = try FakeDaemon(at: path) { peer in
                guard let request = try peer.next() else { return }
                try peer.send(Self.answer(10).line(id: request.id))
            }
            #expect(await Self.told(1, &changes) == [number == 0 ? "snapshot" : "gap"])
            daemon.stop()
            // Connections that were taken before it stopped may have been answered once more.
            var next = await Self.told(1, &changes)
            while next == ["gap"] { next = await Self.told(1, &changes) }
            #expect(next == ["interrupted unreachable"])
        }
    }

    @Test(arguments: [
        (Answer.error(SessionError(.permissionDenied, "no")), "interrupted permissionDenied"),
        (.error(SessionError(.storeLocked, "no key")), "interrupted storeLocked"),
        (.result("{}"), "interrupted malformedAnswer"),
    ])
    func refusalIsToldAndTriedAgain(refusal: Answer, expected: String) async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            try peer.send((peer.number == 0 ? refusal : Self.answer(10)).line(id: request.id))
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        var changes = try SessionClient(socketPath: daemon.path).changes().makeAsyncIterator()
        #expect(await Self.told(2, &changes) == [expected, "snapshot"])
    }

    @Test func aRightThatIsTakenAwayIsARefusal() async throws {
        let denial = Answer.error(SessionError(.permissionDenied, "no right to identity.read"))
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            switch peer.number {
            case 0: try peer.send(Self.answer(10).line(id: request.id) + Self.event(10, .revoked))
            case 1: try peer.send(denial.line(id: request.id))
            default:
                try peer.send(Self.answer(10, resumed: true).line(id: request.id))
                try peer.waitForClose()
            }
        }
        defer { daemon.stop() }
        var changes = try SessionClient(socketPath: daemon.path).changes().makeAsyncIterator()
        #expect(await Self.told(3, &changes) == ["snapshot", "interrupted permissionDenied", "resumed"])
    }

    @Test func aDaemonThatStopsIsNoRefusal() async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            let stopping = Answer.error(SessionError(.shuttingDown, "it stops"))
            try peer.send((peer.number == 0 ? stopping : Self.answer(10)).line(id: request.id))
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        var changes = try SessionClient(socketPath: daemon.path).changes().makeAsyncIterator()
        #expect(await Self.told(2, &changes) == ["interrupted connectionLost", "snapshot"])
    }

    @Test func anAppThatTakesItsTimeGetsEverythingInOrder() async throws {
        let count: Int64 = 10_000
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            try peer.send(Self.answer(0).line(id: request.id))
            // Far more than fits anywhere on the way: it waits for the app.
            for sequence in 1...count { try peer.send(Self.event(sequence)) }
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        var changes = try SessionClient(socketPath: daemon.path).changes().makeAsyncIterator()
        #expect(await Self.told(1, &changes) == ["snapshot"])
        var last: Int64 = 0
        while last < count, case .event(let event) = await changes.next()?.cause {
            guard event.sequence == last + 1 else { break }
            last = event.sequence
        }
        #expect(last == count)
    }

    @Test(arguments: [true, false])
    func nothingComesAfterACancellation(hasArrived: Bool) async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            try peer.send(Self.answer(10).line(id: request.id) + (hasArrived ? Self.event(11) + Self.event(12) : []))
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        let (began, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            var told: [String?] = []
            for await change in client.changes() {
                told.append(Self.told(change))
                begin.yield()
                // With changes waiting it is cancelled between two, else while it waits for one.
                if hasArrived { while !Task.isCancelled { await Task.yield() } }
            }
            return told
        }
        for await _ in began.prefix(1) {}
        task.cancel()
        #expect(await task.value == ["snapshot"])
        // And the connection is gone.
        for await number in daemon.closures.prefix(1) { #expect(number == 0) }
    }

    @Test func closingTheClientEndsIt() async throws {
        let daemon = try Self.quietDaemon()
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        var count = 0
        for await change in client.changes() {
            #expect(change.cause == .snapshot)
            count += 1
            client.close()
        }
        #expect(count == 1)
        for await _ in client.changes() { count += 1 }
        #expect(count == 1, "nor does another begin")
        for await number in daemon.closures.prefix(1) { #expect(number == 0) }
    }

    @Test func lettingGoOfTheIterationClosesItsConnection() async throws {
        let daemon = try Self.quietDaemon()
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        for await change in client.changes() where change.cause == .snapshot { break }
        for await number in daemon.closures.prefix(1) { #expect(number == 0) }
    }

    @Test func eachIterationFollowsByItself() async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            try peer.send(Self.answer(10).line(id: request.id))
            if peer.number == 1 { try peer.send(Self.event(11)) }
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        let changes = try SessionClient(socketPath: daemon.path).changes()
        var (one, other) = (changes.makeAsyncIterator(), changes.makeAsyncIterator())
        #expect(await Self.told(1, &one) == ["snapshot"])
        #expect(await Self.told(2, &other) == ["snapshot", "event 11"])
    }
}
