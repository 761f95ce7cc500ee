// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl
import Foundation
import Testing

@testable import HTTPSClient
@testable import TestSupport

/// What concerns a process as a whole, each in one of its own.
@Suite("HTTP: what a client costs", .timeLimit(.minutes(10)))
struct HTTPProcessTests {
    @Test func readsNoProxyFromTheEnvironment() async {
        await #expect(processExitsWith: .success) {
            let (holder, port) = try LoopbackSocket.silentPort()
            for name in ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
                setenv(name, "http://127.0.0.1:\(port)", 1)
            }
            let server = try ScriptedServer(bytes: "HTTP/1.1 204 None\r\n\r\n")
            #expect(try await server.client().send(HTTPRequest(.get, "/")).status == 204)
            // Nor who is spared the configured one.
            setenv("no_proxy", "*", 1)
            var options = try server.options(.https)
            options.proxy = try .loopback(.http, port: port)
            let failure = await HTTPClient(options: options).failure()
            #expect(failure == HTTPFailure(.connectionRefused, at: "http://127.0.0.1:\(port)"))
            close(holder)
            server.close()
        }
    }

    @Test func leavesNothingBehindWhateverBecameOfARequest() async {
        await #expect(processExitsWith: .success) {
            let server = try ScriptedServer { request, connection in
                switch request.lines.first {
                case "GET /drop HTTP/1.1": return false
                case "GET /hold HTTP/1.1": connection.waitForClient()
                case "GET /long HTTP/1.1": connection.answer(200, "Content-Length: 9999999")
                default: connection.answer()
                }
                return true
            }
            let client = try server.client()
            for _ in 1...50 {
                for path in ["/", "/drop", "/long", "no path"] { _ = await client.outcome(HTTPRequest(.get, path)) }
                let held = Task { await client.outcome(HTTPRequest(.get, "/hold")) }
                await Task.yield()
                held.cancel()
                _ = await held.value
            }
            #expect(client.requestCount == 0)
            client.shutDown()
            #expect(ccurl_transfer_count() == 0)
            server.close()
        }
    }

    @Test(.disabled(if: ProcessMemory.isSanitized, "sanitizers keep what was freed"))
    func staysAsSmallAsItWas() async {
        await #expect(processExitsWith: .success) {
            let body = String(repeating: "x", count: 2_000)
            let server = try ScriptedServer(remembers: false) { _, connection in
                connection.answer(body: body)
                return true
            }
            let client = try server.client()
            func send(_ count: Int) async throws {
                for index in 0..<count {
                    _ = try await client.send(HTTPRequest(index % 4 == 0 ? .post : .get, "/", body: Array(body.utf8)))
                }
            }
            try await send(500)
            let (kilobytes, descriptors) = try (
                ProcessMemory.anonymousKilobytes(), ProcessMemory.descriptorCount()
            )
            try await send(2_000)
            let growth = try ProcessMemory.anonymousKilobytes() - kilobytes
            // 2,000 bodies of 2 KB both ways would be 8 MB.
            #expect(growth < 1_024)
            #expect(try ProcessMemory.descriptorCount() <= descriptors + 8)
            server.close()
        }
    }
}
