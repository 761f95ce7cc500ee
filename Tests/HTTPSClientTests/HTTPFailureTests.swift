// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import HTTPSClient
@testable import TestSupport

@Suite("HTTP: what goes wrong", .timeLimit(.minutes(10)))
struct HTTPFailureTests {
    /// What a peer says, and what that is.
    static let answers: [(bytes: String, meaning: HTTPFailure.Meaning)] = [
        ("", .connectionDropped),
        ("HTTP/1.1 200 OK\r\nContent-Le", .answerTruncated),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"token", .answerTruncated),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"token", .answerTruncated),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .answerTruncated),
        ("secret\r\n\r\n", .notHTTP), ("HTTP/x secret\r\n\r\n", .notHTTP), ("{\"token\":\"secret\"}", .notHTTP),
        ("HTTP/1.1 301 Moved\r\nLocation: https://secret.example/\r\n\r\n", .redirectRefused(status: 301)),
        ("HTTP/1.1 302 Found\r\nLocation: /secret\r\nContent-Length: 0\r\n\r\n", .redirectRefused(status: 302)),
        ("HTTP/1.1 307 Go\r\nLocation: /secret\r\nContent-Length: 0\r\n\r\n", .redirectRefused(status: 307)),
        ("HTTP/1.1 304 Same\r\n\r\n", .redirectRefused(status: 304)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n", .bodyTooLarge),
        ("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 1 << 20) + "x", .bodyTooLarge),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", .encodingRefused),
        ("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 70_000) + "\r\n\r\n", .headerTooLarge),
        ("HTTP/1.1 200 OK\r\n" + String(repeating: "X: secret\r\n", count: 7_000) + "\r\n", .headerTooLarge),
    ]

    @Test(arguments: answers.indices)
    func saysWhatIsWrongWithAnAnswer(index: Int) async throws {
        let (bytes, meaning) = Self.answers[index]
        let server = try ScriptedServer(bytes: bytes)
        defer { server.close() }
        let failure = try #require(await server.client().failure())
        #expect(failure.meaning == meaning)
        #expect(failure.message.hasPrefix("http://127.0.0.1:\(server.port): "))
        #expect(!"\(failure)".contains("secret"))
    }

    @Test(arguments: ["X: y\r\n", "x"])
    func endsAHeaderWithoutEnd(piece: String) async throws {
        let server = try ScriptedServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nA: b")
            let piece = Array(String(repeating: piece, count: 100).utf8)
            while connection.write(piece) {}
            return false
        }
        defer { server.close() }
        #expect(try await server.client().failure()?.meaning == .headerTooLarge)
        await server.wait(for: .closed)
    }

    @Test func endsInterimAnswersWithoutEnd() async throws {
        let server = try ScriptedServer { _, connection in
            while connection.write("HTTP/1.1 103 Early\r\nLink: x\r\n\r\n") {}
            return false
        }
        defer { server.close() }
        #expect(try await server.client().failure()?.meaning == .headerTooLarge)
    }

    @Test func stopsReadingABodyWithoutEnd() async throws {
        let server = try ScriptedServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1000\r\n" + String(repeating: "x", count: 0x1000) + "\r\n"
            while connection.write(chunk) {}
            return false
        }
        defer { server.close() }
        #expect(try await server.client().failure()?.meaning == .bodyTooLarge)
        // Its writing fails: the client has closed.
        await server.wait(for: .closed)
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\n\r\nab"])
    func saysThatTheConnectionWasReset(bytes: String) async throws {
        let server = try ScriptedServer { _, connection in
            connection.write(bytes)
            connection.reset()
            return false
        }
        defer { server.close() }
        let meaning = try await server.client().failure()?.meaning
        #expect(meaning == (bytes.isEmpty ? .connectionDropped : .answerTruncated))
    }

    @Test func saysThatNobodyListens() async throws {
        let (holder, port) = try LoopbackSocket.silentPort()
        defer { close(holder) }
        let client = HTTPClient(options: try HTTPOptions(base: .loopback(.http, port: port)))
        let failure = await client.failure()
        #expect(failure?.meaning == .connectionRefused)
        #expect(failure?.message == "http://127.0.0.1:\(port): the connection was refused: nobody listens there")
    }

    @Test func saysThatTheNameHasNoAddress() async throws {
        // RFC 6761 §6.4. The label is too long for any name server to be asked.
        let host = String(repeating: "x", count: 64) + ".invalid"
        let base = try #require(HTTPEndpoint(scheme: .https, host: host, port: 443))
        let failure = await HTTPClient(options: try HTTPOptions(base: base)).failure()
        #expect(failure?.meaning == .nameNotResolved)
        #expect(failure?.message.contains(host) == true)
    }

    @Test func saysThatLibcurlIsMissing() async throws {
        var options = try HTTPOptions(base: .loopback(.http, port: 1))
        options.library = "libcurl-of-no-version.so.0"
        let client = HTTPClient(options: options)
        for _ in 1...2 {
            let failure = await client.failure()
            #expect(failure?.meaning == .libraryMissing)
            #expect(failure?.message == "libcurl-of-no-version.so.0: libcurl cannot be loaded")
            #expect(failure?.hint == "install libcurl4")
        }
    }

    @Test func refusesALibraryThatIsAnother() async throws {
        var options = try HTTPOptions(base: .loopback(.http, port: 1))
        options.library = "libc.so.6"
        #expect(await HTTPClient(options: options).failure()?.meaning == .libraryMissing)
    }

    @Test func refusesWhatCannotBeSentWithoutSendingIt() async throws {
        let server = try ScriptedServer(bytes: "")
        defer { server.close() }
        let client = try server.client()
        #expect(await client.failure(HTTPRequest(.get, "no path"))?.meaning == .invalidRequest)
        #expect(server.connectionCount == 0)
        #expect(client.requestCount == 0)
    }
}
