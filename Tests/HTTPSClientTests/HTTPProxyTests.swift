// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import HTTPSClient
@testable import SessionProtocol
@testable import TestSupport

@Suite("HTTP: the proxy", .timeLimit(.minutes(10)))
struct HTTPProxyTests {
    private func options(through port: Int, _ scheme: HTTPEndpoint.Scheme = .https) throws -> HTTPOptions {
        let base = try #require(HTTPEndpoint(scheme: .https, host: "api.example", port: 8443))
        var options = try HTTPOptions(base: scheme == .https ? base : .loopback(.http, port: port))
        options.proxy = try .loopback(.http, port: port)
        return options
    }

    @Test(arguments: [403, 407, 502])
    func saysThatTheProxyRefused(status: Int) async throws {
        let proxy = try ScriptedServer(bytes: "HTTP/1.1 \(status) secret\r\nContent-Length: 0\r\n\r\n")
        defer { proxy.close() }
        let client = HTTPClient(options: try options(through: proxy.port))
        let failure = await client.failure(HTTPRequest(.post, "/", body: [1], bearer: .of("t0ken")))
        #expect(failure?.meaning == .proxyRefused(status: status))
        #expect(failure?.hint == "check Proxy=")
        #expect(failure?.message.hasPrefix("http://127.0.0.1:\(proxy.port): ") == true)
        #expect(proxy.requests.map { $0.lines.first } == ["CONNECT api.example:8443 HTTP/1.1"])
        #expect(proxy.requests.first?.head.contains("t0ken") == false)
        #expect(proxy.requests.first?.header("accept") == nil)
    }

    @Test func reachesTheServerThroughTheProxy() async throws {
        let folder = try CertificateFolder()
        try folder.issue("good", for: "DNS:api.example")
        let server = try TLSServer(folder, certificate: "good")
        defer { server.stop() }
        let behind = server.port
        let proxy = try ScriptedServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nDate: no\r\n\r\n")
            guard let onward = try? LoopbackSocket.connect(port: behind) else { return false }
            Thread.detachNewThread { Self.copy(from: onward, to: connection.descriptor) }
            Self.copy(from: connection.descriptor, to: onward)
            close(onward)
            return false
        }
        defer { proxy.close() }
        var options = try options(through: proxy.port)
        options.caFile = folder.authority
        let answer = try await HTTPClient(options: options).send(HTTPRequest(.get, "/"))
        #expect(answer.status == 200)
    }

    @Test func asksTheServerItselfOnThisDevice() async throws {
        let server = try ScriptedServer { _, connection in
            connection.answer()
            return true
        }
        defer { server.close() }
        let client = HTTPClient(options: try options(through: server.port, .http))
        _ = try await client.send(HTTPRequest(.get, "/own"))
        #expect(server.requests.first?.lines.first == "GET /own HTTP/1.1")
    }

    @Test func saysThatTheProxyHangsUp() async throws {
        let proxy = try ScriptedServer(bytes: "")
        defer { proxy.close() }
        let failure = await HTTPClient(options: try options(through: proxy.port)).failure()
        #expect(failure?.message.hasPrefix("http://127.0.0.1:\(proxy.port): ") == true)
        #expect(failure?.meaning == .connectionDropped || failure?.meaning == .proxyRefused(status: nil))
    }

    @Test func saysThatTheProxyIsNotThere() async throws {
        let (holder, port) = try LoopbackSocket.silentPort()
        defer { close(holder) }
        let failure = await HTTPClient(options: try options(through: port)).failure()
        #expect(failure == HTTPFailure(.connectionRefused, at: "http://127.0.0.1:\(port)"))
    }

    @Test func saysThatTheProxysNameHasNoAddress() async throws {
        var options = try options(through: 1)
        options.proxy = HTTPEndpoint(scheme: .http, host: String(repeating: "x", count: 64) + ".invalid", port: 1)
        #expect(await HTTPClient(options: options).failure()?.meaning == .proxyNotResolved)
    }

    private static func copy(from source: Int32, to target: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            ServerConnection(descriptor: target, number: 0).write(buffer[..<count])
        }
        shutdown(target, Int32(SHUT_WR))
    }
}
