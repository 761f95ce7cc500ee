// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import HTTPSClient
@testable import TestSupport

@Suite("HTTP: too slow", .timeLimit(.minutes(10)))
struct HTTPTimeoutTests {
    private static let short = HTTPTimeouts(connecting: .milliseconds(150), total: .milliseconds(150))

    @Test func saysThatTheAnswerDidNotCome() async throws {
        let server = try ScriptedServer { _, connection in
            connection.waitForClient()
            return false
        }
        defer { server.close() }
        var request = HTTPRequest(.post, "/")
        request.timeouts = HTTPTimeouts(connecting: .seconds(10), total: .milliseconds(100))
        let failure = try await server.client().failure(request)
        #expect(failure?.meaning == .timedOut(.answering))
        await server.wait(for: .closed)
    }

    @Test func saysThatTheAnswerDidNotEnd() async throws {
        let server = try ScriptedServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            connection.waitForClient()
            return false
        }
        defer { server.close() }
        var options = try server.options()
        options.timeouts = HTTPTimeouts(connecting: .seconds(10), total: .milliseconds(100))
        #expect(await HTTPClient(options: options).failure()?.meaning == .timedOut(.answering))
    }

    @Test func saysThatTheConnectionDidNotCome() async throws {
        // A queue of one that is full: the kernel answers no further SYN, listen(2).
        let (listener, port) = try LoopbackSocket.listen(backlog: 0)
        let queued = try (0..<4).map { _ in try LoopbackSocket.connect(port: port, isBlocking: false) }
        defer { for descriptor in queued + [listener] { close(descriptor) } }
        var options = try HTTPOptions(base: .loopback(.http, port: port))
        options.timeouts = HTTPTimeouts(connecting: .milliseconds(150), total: .seconds(20))
        let failure = await HTTPClient(options: options).failure()
        #expect(failure?.meaning == .timedOut(.connecting))
        #expect(failure?.message == "http://127.0.0.1:\(port): timed out connecting")
    }

    @Test func saysThatTLSDidNotCome() async throws {
        // The kernel takes the connection, and nobody answers in it.
        let (listener, port) = try LoopbackSocket.listen(backlog: 8)
        defer { close(listener) }
        var options = try HTTPOptions(base: .loopback(.https, port: port))
        options.timeouts = HTTPTimeouts(connecting: .milliseconds(150), total: .seconds(20))
        let failure = await HTTPClient(options: options).failure()
        #expect(failure?.meaning == .timedOut(.securing))
    }

    @Test func letsARequestHaveItsOwnTime() async throws {
        let server = try ScriptedServer { request, connection in
            if request.header("x-slow") != nil { connection.waitForClient() } else { connection.answer() }
            return true
        }
        defer { server.close() }
        let client = try server.client()
        var slow = HTTPRequest(.get, "/")
        slow.headers = [("X-Slow", "1")]
        slow.timeouts = Self.short
        async let first = client.failure(slow)
        async let second = client.outcome()
        #expect(await first?.meaning == .timedOut(.answering))
        #expect(try await second.get().status == 200)
    }
}
