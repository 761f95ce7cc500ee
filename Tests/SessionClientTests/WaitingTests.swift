// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import SessionClient
import SessionProtocol
import SessiondPrimitives
import Testing

/// Deadlines, cancellation, and answers that are none.
@Suite(.timeLimit(.minutes(10))) struct WaitingTests {
    @Test(arguments: ClientKind.allCases)
    func aDaemonThatHangsIsNotWaitedForLongerThanTheDeadline(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { try $0.waitForClose() }
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        let began = ContinuousClock.now
        let error = await #expect(throws: ClientError.self) { try await client.call(GetStatus(), .milliseconds(250)) }
        #expect(error?.code == .timedOut)
        #expect(error?.message == "sessiond did not answer session.status within 0.25 s")
        #expect(ContinuousClock.now - began >= .milliseconds(250))
    }

    @Test func anAnswerThatWillNotComeIsNotWaitedFor() async throws {
        let daemon = try FakeDaemon { try $0.waitForClose() }
        defer { daemon.stop() }
        var client = BlockingSessionClient(path: try SocketPath(daemon.path))
        let looks = Monitor(0)
        client.lateCheck = LateCheck(every: .milliseconds(5)) {
            let count = looks.withLock { count in
                count += 1
                return count
            }
            return count < 3 ? nil : LateCheck.Futility("it does not come up", hint: "look there")
        }
        let blocking = client
        let read = #expect(throws: ClientError.self) { try blocking.call(GetStatus()) }
        #expect(read?.code == .connectionLost && read?.hint == "look there" && looks.withLock { $0 } == 3)
        #expect(read?.message == "sessiond does not answer session.status: it does not come up")
        let change = #expect(throws: ClientError.self) { try blocking.call(Destroy()) }
        #expect(change?.message.hasSuffix("; once it runs, it may still be carried out") == true)
    }

    @Test func theEarlierDeadlineOfALaterCallCounts() async throws {
        let daemon = try FakeDaemon { try $0.waitForClose(recording: true) }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        let patient = Task { try await client.status(deadline: .seconds(300)) }
        var arrivals = daemon.arrivals.makeAsyncIterator()
        _ = await arrivals.next()
        let error = await #expect(throws: ClientError.self) { try await client.touch(deadline: .milliseconds(1)) }
        #expect(error?.code == .timedOut)
        patient.cancel()
        await #expect(throws: ClientError.self) { try await patient.value }
    }

    @Test(arguments: ClientKind.allCases)
    func theDeadlineIsSentWithTheRequest(kind: ClientKind) async throws {
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        _ = try await client.call(GetUUID(), .milliseconds(2_500))
        _ = try await client.call(GetUUID(), nil)
        _ = try await client.call(GetUUID(), .seconds(100_000))
        var sent: [JSONValue?] = []
        for await request in daemon.arrivals.prefix(3) { sent.append(request.parameters["_deadlineSeconds"]) }
        #expect(sent == [try JSONValue(parsing: Array("2.5".utf8)), nil, try JSONValue(parsing: Array("300.0".utf8))])
    }

    @Test(arguments: ClientKind.allCases)
    func whatIsLeftOfTheDeadlineIsSentWithARepeatedRequest(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { peer in
            guard let request = try peer.next(), peer.number == 2 else { return }
            try peer.send(Answer.result(Sample.uuidAnswer).line(id: request.id))
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        _ = try await kind.client(daemon.path).call(GetUUID(), .seconds(20))
        var sent: [Double] = []
        for await request in daemon.arrivals.prefix(3) {
            sent.append(try #require(request.parameters["_deadlineSeconds"].flatMap(Self.seconds)))
        }
        // A pause is between any two.
        #expect(sent[0] == 20 && sent[1] < sent[0] && sent[2] < sent[1] && sent[2] > 0)
    }

    private static func seconds(_ value: JSONValue) -> Double? {
        var writer = JSONWriter()
        writer.value(value)
        return Double(String(decoding: writer.bytes, as: UTF8.self))
    }

    @Test(arguments: ClientKind.allCases)
    func whatOnlyAsksIsNotSaidToBeCarriedOutLater(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { try $0.waitForClose() }
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        for request in [Reload(dryRun: true), Reload()] {
            let error = await #expect(throws: ClientError.self) { try await client.call(request, .milliseconds(1)) }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("may still be carried out") == request.isMutation)
        }
    }

    @Test func cancellationEndsTheWait() async throws {
        let daemon = try FakeDaemon { try $0.waitForClose(recording: true) }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        let task = Task { try await client.destroy() }
        for await _ in daemon.arrivals.prefix(1) {}
        task.cancel()
        let error = await #expect(throws: ClientError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(error?.message.contains("may still be carried out") == true)
    }

    @Test func aTaskThatWasCancelledBeforeSendsNothing() async throws {
        let daemon = try FakeDaemon { try $0.waitForClose(recording: true) }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        let gate = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in gate.stream {}
            return try await client.destroy()
        }
        task.cancel()
        let error = await #expect(throws: ClientError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        client.close()
        daemon.stop()
        var count = 0
        for await _ in daemon.arrivals { count += 1 }
        #expect(count == 0)
    }

    @Test func everyCallEndsOnceWhateverCoincides() async throws {
        // Each connection answers every other one of 40 requests, and is closed with the rest open.
        let daemon = try FakeDaemon { peer in
            for number in 0..<40 {
                guard let request = try peer.next() else { return }
                guard number.isMultiple(of: 2) else { continue }
                try peer.send(Answer.result(Sample.result(of: request.method)).line(id: request.id))
            }
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        let ended = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let call = Task {
                        try await client.status(deadline: .milliseconds(number.isMultiple(of: 5) ? 1 : 500))
                    }
                    if number.isMultiple(of: 3) { call.cancel() }
                    guard case .failure(let error) = await call.result else { return true }
                    return error is ClientError
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(ended == 400)
    }

    @Test func closingEndsEveryCallNowAndLater() async throws {
        let daemon = try FakeDaemon { try $0.waitForClose(recording: true) }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        let task = Task { try await client.status() }
        for await _ in daemon.arrivals.prefix(1) {}
        client.close()
        let error = await #expect(throws: ClientError.self) { try await task.value }
        #expect(error?.code == .closed)
        let later = await #expect(throws: ClientError.self) { try await client.status() }
        #expect(later?.code == .closed)
    }

    @Test func theConnectionGoesWithTheClient() async throws {
        let daemon = try FakeDaemon { peer in
            while let request = try peer.next() {
                try peer.send(Answer.result(Sample.result(of: request.method)).line(id: request.id))
            }
        }
        defer { daemon.stop() }
        do { _ = try await SessionClient(socketPath: daemon.path).status() }
        // The script ends only where the client's end is closed.
        for await number in daemon.closures.prefix(1) { #expect(number == 0) }
    }

    @Test(
        arguments: ClientKind.allCases,
        [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "{}\n", "[1,2]\n", "null\n", "\u{0}\u{0}\n",
            #"{"jsonrpc":"2.0"}"# + "\n",
            #"{"jsonrpc":"1.0","id":1,"result":{}}"# + "\n", #"{"jsonrpc":"2.0","id":1,"error":"no"}"# + "\n",
            #"{"jsonrpc":"2.0","id":1,"result":{"uuid":"none"}}"# + "\n",
            #"{"jsonrpc":"2.0","id":1,"result":{}}"# + "\n",
            #"{"jsonrpc":"2.0","id":1,"result":[]}"# + "\n",
        ]
    )
    func garbageIsAMalformedAnswer(kind: ClientKind, garbage: String) async throws {
        let daemon = try FakeDaemon { peer in
            _ = try peer.next()
            try peer.send(garbage)
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        let error = await #expect(throws: ClientError.self) { try await client.call(GetUUID(), nil) }
        #expect(error?.code == .malformedAnswer)
    }

    @Test(arguments: ClientKind.allCases)
    func aLineBeyondTheLimitIsAMalformedAnswer(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { peer in
            _ = try peer.next()
            // The client hangs up in the middle of it.
            try peer.send([UInt8](repeating: UInt8(ascii: "x"), count: 2 * WireLimits.responseLineBytes))
        }
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        let error = await #expect(throws: ClientError.self) { try await client.call(GetUUID(), nil) }
        #expect(error?.code == .malformedAnswer)
        #expect(error?.message.contains("longer than 4194304 bytes") == true)
    }

    @Test func garbageEndsTheCallsOfItsConnectionAndNoLaterOnes() async throws {
        let daemon = try FakeDaemon { peer in
            while let request = try peer.next() {
                let answer = Answer.result(Sample.status).line(id: request.id)
                try peer.send(peer.number == 0 ? Array("garbage\n".utf8) : answer)
            }
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        await #expect(throws: ClientError.self) { try await client.status() }
        #expect(try await client.status().generation == 7)
    }

    @Test(arguments: ClientKind.allCases)
    func anErrorOfTheDaemonIsHandedOn(kind: ClientKind) async throws {
        let refusal = SessionError(
            .permissionDenied, "session.write is not granted", hint: "Allow=session.write user:till",
            details: [JSONMember("capability", .string("session.write"))]
        )
        let daemon = try FakeDaemon.answering { _ in .error(refusal) }
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        let error = await #expect(throws: ClientError.self) { try await client.call(Destroy(), nil) }
        #expect(error == .session(refusal))
    }

    @Test(arguments: ClientKind.allCases)
    func aRequestThatTheDaemonWouldRefuseForItsLengthIsNotSent(kind: ClientKind) async throws {
        let daemon = try FakeDaemon { try $0.waitForClose(recording: true) }
        defer { daemon.stop() }
        let identifier = String(repeating: "i", count: WireLimits.requestLineBytes)
        let client = try kind.client(daemon.path)
        let error = await #expect(throws: ClientError.self) {
            try await client.call(RegenerateUUID(clientIdentifier: identifier), nil)
        }
        #expect(error?.code == .requestTooLarge)
    }
}
