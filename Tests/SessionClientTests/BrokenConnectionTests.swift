// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import SessionClient
import SessionProtocol
import Testing

@testable import TestSupport

/// What happens when the connection breaks, in either client.
@Suite(.timeLimit(.minutes(10))) struct BrokenConnectionTests {
    @Test(arguments: ClientKind.allCases)
    func readsAreRepeatedOnANewConnection(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next(), peer.number == 3 else { return }
            try peer.send(Answer.result(Sample.status).line(id: request.id))
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        let status = try await kind.client(daemon.path).call(GetStatus(), nil)
        #expect(status.generation == 7)
    }

    @Test(arguments: ClientKind.allCases)
    func mutationsAreNeverSentTwice(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { peer in
            while let request = try peer.next(), request.method != "session.regenerateUUID" {
                try peer.send(Answer.result(Sample.result(of: request.method)).line(id: request.id))
            }
        }
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        let error = await #expect(throws: ClientError.self) { try await client.call(RegenerateUUID(), nil) }
        #expect(error?.code == .connectionLost)
        #expect(error?.status?.generation == 7)
        #expect(error?.message.contains("it may have been carried out") == true)
        daemon.stop()
        var methods: [String] = []
        for await request in daemon.arrivals { methods.append(request.method) }
        #expect(methods == ["session.regenerateUUID", "session.status"])
    }

    @Test func aMutationThatNobodyReadIsSentOnTheNextConnection() async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next() else { return }
            try peer.send(Answer.result(Sample.result(of: request.method)).line(id: request.id))
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        var closures = daemon.closures.makeAsyncIterator()
        for _ in 0..<50 {
            #expect(try await client.destroy().generation == 8)
            _ = await closures.next()
        }
    }

    @Test func aDaemonThatWasRestartedIsFoundAgain() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let client = try SessionClient(socketPath: folder.file("s"))
        for _ in 0..<3 {
            let daemon = try FakeDaemon(at: folder.file("s")) { peer in
                guard let request = try peer.next() else { return }
                try peer.send(Answer.result(Sample.status).line(id: request.id))
            }
            defer { daemon.stop() }
            #expect(try await client.status().generation == 7)
            daemon.stop()
        }
    }

    @Test func aCallWaitsForADaemonThatIsAway() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let client = try SessionClient(socketPath: folder.file("s"))
        let first = try FakeDaemon(at: folder.file("s")) { peer in
            guard let request = try peer.next() else { return }
            try peer.send(Answer.result(Sample.status).line(id: request.id))
        }
        defer { first.stop() }
        _ = try await client.status()
        first.stop()
        for await _ in first.closures.prefix(1) {}
        async let waiting = client.regenerateUUID()
        let second = try FakeDaemon.answering(at: folder.file("s")) { .result(Sample.result(of: $0.method)) }
        defer { second.stop() }
        #expect(try await waiting.generation == 8)
        second.stop()
    }

    @Test(arguments: ClientKind.allCases)
    func readsOutliveADaemonThatStops(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { peer in
            while let request = try peer.next() {
                let stopping = Answer.error(SessionError(.shuttingDown, "sessiond is stopping"))
                let answer = peer.number == 0 ? stopping : .result(Sample.status)
                try peer.send(answer.line(id: request.id))
                if peer.number == 0 { return }
            }
        }
        defer { daemon.stop() }
        #expect(try await kind.client(daemon.path).call(GetStatus(), nil).generation == 7)
    }

    @Test(arguments: ClientKind.allCases)
    func aReadThatBreaksEveryTimeEndsWithItsDeadline(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { _ = try $0.next() }
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        let error = await #expect(throws: ClientError.self) {
            try await client.call(GetUUID(), .seconds(1))
        }
        // Or nobody has heard of the last one's end when its time was over.
        #expect(error?.code == .connectionLost || error?.code == .timedOut)
        daemon.stop()
        var count = 0
        for await _ in daemon.arrivals { count += 1 }
        // At most after 0, 10, 20, 40, … 640 ms: it does not spin.
        #expect((1...8).contains(count))
    }

    @Test(arguments: ClientKind.allCases)
    func whatTheDaemonSaysBeforeItClosesIsTheError(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { peer in
            let refusal = SessionError(.limitExceeded, "too many connections", retryAfterSeconds: 1)
            try peer.send(Answer.error(refusal).line(id: "null"))
        }
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        let error = await #expect(throws: ClientError.self) { try await client.call(GetUUID(), nil) }
        #expect(error?.sessionError?.name == .limitExceeded)
        #expect(error?.sessionError?.retryAfterSeconds == 1)
    }
}
