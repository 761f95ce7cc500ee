// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPSClient
@testable import TestSupport

@Suite("HTTP: connections and the thread", .timeLimit(.minutes(10)))
struct HTTPConnectionTests {
    private func server() throws -> ScriptedServer {
        try ScriptedServer { request, connection in
            switch request.lines.first {
            case "POST /drop HTTP/1.1": return false
            case "GET /hold HTTP/1.1": connection.waitForClient()
            default: connection.answer()
            }
            return true
        }
    }

    @Test func keepsAConnectionForTheNextRequest() async throws {
        let server = try server()
        defer { server.close() }
        let client = try server.client()
        for _ in 1...5 { _ = try await client.send(HTTPRequest(.get, "/")) }
        #expect(server.requests.map(\.connection) == [1, 1, 1, 1, 1])
    }

    @Test func usesNoConnectionOfBeforeADrop() async throws {
        let server = try server()
        defer { server.close() }
        let client = try server.client()
        for _ in 1...3 {
            for _ in 1...2 { _ = try await client.send(HTTPRequest(.get, "/")) }
            client.dropConnections()
        }
        #expect(server.requests.map(\.connection) == [1, 1, 2, 2, 3, 3])
        // The first one at the latest when the third was needed.
        await server.wait(for: .closed, count: 2)
    }

    @Test func letsARequestUnderWayGoOnAfterADrop() async throws {
        let server = try server()
        defer { server.close() }
        let client = try server.client()
        _ = try await client.send(HTTPRequest(.get, "/"))
        let held = Task { await client.failure(HTTPRequest(.get, "/hold")) }
        await server.wait(for: .request, count: 2)
        client.dropConnections()
        for _ in 1...2 { _ = try await client.send(HTTPRequest(.get, "/")) }
        #expect(client.requestCount == 1)
        held.cancel()
        _ = await held.value
        for _ in 1...2 { _ = try await client.send(HTTPRequest(.get, "/")) }
        // What was held reused the first connection; as long as it ran, everybody else got a new one.
        #expect(Set(server.requests.map(\.connection)).count == 4)
    }

    @Test(arguments: [nil, Array("{}".utf8)])
    func sendsARequestOnceOnly(body: [UInt8]?) async throws {
        let server = try server()
        defer { server.close() }
        let client = try server.client()
        _ = try await client.send(HTTPRequest(.get, "/"))
        // Of a reused connection that ends without an answer libcurl would think that it was stale, and send again.
        let failure = await client.failure(HTTPRequest(.post, "/drop", body: body))
        #expect(failure?.meaning == .connectionDropped)
        _ = try await client.send(HTTPRequest(.get, "/"))
        #expect(server.requests.map(\.connection) == [1, 2, 1])
    }

    @Test func endsItsThreadAndConnectionsWhenIdle() async throws {
        let server = try server()
        defer { server.close() }
        var options = try server.options()
        options.idleTime = .milliseconds(50)
        let client = HTTPClient(options: options)
        #expect(!client.isRunning)
        for _ in 1...3 {
            _ = try await client.send(HTTPRequest(.get, "/"))
            await server.wait(for: .closed)
        }
        #expect(server.requests.map(\.connection) == [1, 2, 3])
    }

    @Test func answersTwoHundredAtOnce() async throws {
        let server = try ScriptedServer { request, connection in
            connection.answer(body: String(request.head.utf8.count))
            return true
        }
        defer { server.close() }
        let client = try server.client()
        let statuses = await withTaskGroup(of: Int?.self) { group in
            for index in 0..<200 {
                group.addTask { try? await client.outcome(HTTPRequest(.post, "/\(index)")).get().status }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 200, count: 200))
        #expect(Set(server.requests.map { $0.lines.first }).count == 200)
        #expect(client.requestCount == 0)
    }

    @Test func endsWhatIsUnderWayWhenShutDown() async throws {
        let server = try server()
        defer { server.close() }
        let client = try server.client()
        let held = (1...3).map { _ in Task { await client.failure(HTTPRequest(.get, "/hold")) } }
        await server.wait(for: .request, count: 3)
        client.shutDown()
        #expect(!client.isRunning)
        for task in held { #expect(await task.value?.meaning == .stopped) }
        #expect(await client.failure()?.meaning == .stopped)
        #expect(client.requestCount == 0)
        client.shutDown()
        await server.wait(for: .closed, count: 3)
    }

    @Test func endsItsThreadWithTheLastReference() async throws {
        let server = try server()
        defer { server.close() }
        func sendOne() async throws { _ = try await server.client().send(HTTPRequest(.get, "/")) }
        try await sendOne()
        await server.wait(for: .closed)
    }
}
