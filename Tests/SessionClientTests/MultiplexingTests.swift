// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import SessionClient
import SessionProtocol
import Testing

/// Many calls on one connection.
@Suite(.timeLimit(.minutes(10))) struct MultiplexingTests {
    @Test func answersInAnyOrderReachTheirOwnCallers() async throws {
        let count = 1_000
        let daemon = try FakeDaemon { peer in
            for request in try peer.next(count).reversed() { try peer.send(uuidLine(for: request)) }
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        let matching = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                group.addTask {
                    let uuid = try await client.getUUIDForAuthentication(authID: String(number))
                    return uuid.description == uuidText(number)
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(matching == count)
    }

    // Whoever calls reads for all; nobody's answer may be lost where one stops reading and the next begins.
    @Test func callersWhoComeAndGoReadForOneAnother() async throws {
        let daemon = try FakeDaemon { peer in
            while let request = try peer.next() { try peer.send(uuidLine(for: request)) }
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<16 {
                group.addTask {
                    var wrong = 0
                    for number in task * 100..<task * 100 + 100 {
                        let call = Task { try await client.getUUIDForAuthentication(authID: String(number)) }
                        if number % 7 == 0 { call.cancel() }
                        do { wrong += try await call.value.description == uuidText(number) ? 0 : 1 } catch {
                            wrong += number % 7 == 0 && (error as? ClientError)?.code == .cancelled ? 0 : 1
                        }
                    }
                    return wrong
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test func whoWaitsLongHoldsNobodyElseUp() async throws {
        let released = Gate()
        let daemon = try FakeDaemon { peer in
            guard let slow = try peer.next() else { return }
            for _ in 0..<50 {
                guard let request = try peer.next() else { return }
                try peer.send(uuidLine(for: request))
            }
            released.wait()
            try peer.send(uuidLine(for: slow))
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        async let slow = client.getUUIDForAuthentication(authID: "1000")
        for await _ in daemon.arrivals.prefix(1) {}
        for number in 0..<50 {
            #expect(try await client.getUUIDForAuthentication(authID: String(number)).description == uuidText(number))
        }
        released.open()
        #expect(try await slow.description == uuidText(1_000))
    }

    @Test func mutationsAreSentInTheOrderOfTheCalls() async throws {
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        for number in 1...20 { _ = try await client.regenerateUUID(clientIdentifier: String(number)) }
        var sent: [String] = []
        for await request in daemon.arrivals.prefix(20) {
            sent.append(request.parameters["clientIdentifier"]?.string ?? "")
        }
        #expect(sent == (1...20).map(String.init))
    }

    @Test func requestsThatDoNotFitAreSentAsTheDaemonReads() async throws {
        // 20 × 60 kB are more than a socket's buffers hold.
        let identifier = String(repeating: "i", count: 60_000)
        let released = Gate()
        let daemon = try FakeDaemon { peer in
            released.wait()
            for request in try peer.next(20) { try peer.send(Answer.result(Sample.uuidAnswer).line(id: request.id)) }
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        let answers = try await withThrowingTaskGroup(of: CustomerUUID.self) { group in
            for _ in 0..<20 { group.addTask { try await client.getUUIDForAuthentication(authID: identifier) } }
            released.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 20)
    }

    @Test(arguments: [1, 2, 3, 7, 64, 4_096])
    func answersAreReadHoweverTheyAreCutUp(chunk: Int) async throws {
        let daemon = try FakeDaemon { peer in
            let requests = try peer.next(2)
            let bytes = requests.flatMap { Answer.result(Sample.signedIn).line(id: $0.id) }
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                try peer.send(Array(bytes[start..<min(start + chunk, bytes.count)]))
            }
            try peer.waitForClose()
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        async let first = client.status()
        async let second = client.status()
        let (one, two) = try await (first, second)
        #expect(one.login == "customer@example.com")
        #expect(one == two)
    }

    @Test func linesOfMebibytesAreRead() async throws {
        let padding = String(repeating: "p", count: WireLimits.responseLineBytes - 500)
        let daemon = try FakeDaemon.answering { _ in
            .result(#"{"padding":"\#(padding)",\#(Sample.info.dropFirst())"#)
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        #expect(try await client.info().server == "sessiond/1.0.0")
        #expect(try BlockingSessionClient(path: client.path).call(GetInfo()).server == "sessiond/1.0.0")
    }

    @Test func notificationsAndAnswersOfNobodyArePassedOver() async throws {
        let daemon = try FakeDaemon { peer in
            while let request = try peer.next() {
                try peer.send(#"{"jsonrpc":"2.0","method":"session.event","params":{"sequence":1}}"# + "\n")
                try peer.send(Answer.result("{}").line(id: "999999"))
                try peer.send("\r\n")
                try peer.send(Answer.result(Sample.uuidAnswer).line(id: request.id))
            }
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        #expect(try await client.getUUID().description == Sample.uuid)
        #expect(try BlockingSessionClient(path: client.path).call(GetUUID()).uuid.description == Sample.uuid)
    }
}

private func uuidText(_ number: Int) -> String {
    let digits = String(number)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
}

private func uuidLine(for request: Request) -> [UInt8] {
    let number = Int(request.parameters["authID"]?.string ?? "") ?? 0
    return Answer.result(#"{"uuid":"\#(uuidText(number))"}"#).line(id: request.id)
}
