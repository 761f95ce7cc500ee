// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPSClient
@testable import SessionProtocol
@testable import SessiondLinux
@testable import TestSupport

@Suite("HTTP: requests and answers", .timeLimit(.minutes(10)))
struct HTTPExchangeTests {
    @Test func sendsExactlyWhatWasAskedFor() async throws {
        let server = try ScriptedServer { _, connection in
            connection.answer()
            return true
        }
        defer { server.close() }
        var request = HTTPRequest(.post, "/v3/a%20b", body: Array(#"{"a":1}"#.utf8), bearer: .of("t0k.en"))
        request.query = [("q", "a b&c=ł"), ("r", "")]
        request.headers = [("Api-Version", "4.4")]
        _ = try await server.client().send(request)
        let sent = try #require(server.requests.first)
        #expect(
            Set(sent.lines) == [
                "POST /v3/a%20b?q=a%20b%26c%3D%C5%82&r= HTTP/1.1", "Host: 127.0.0.1:\(server.port)",
                "User-Agent: sessiond-test/1", "Accept: application/json",
                "Authorization: Bearer t0k.en", "Content-Type: application/json", "Api-Version: 4.4",
                "Content-Length: 7",
            ])
        #expect(sent.body == Array(#"{"a":1}"#.utf8))
    }

    @Test(
        arguments: [
            (HTTPRequest(.get, "/"), "GET / HTTP/1.1", nil), (HTTPRequest(.post, "/a"), "POST /a HTTP/1.1", "0"),
            (HTTPRequest(.delete, "/b"), "DELETE /b HTTP/1.1", "0"),
            (HTTPRequest(.put, "/../c", body: [0x7b, 0x7d]), "PUT /../c HTTP/1.1", "2"),
            (HTTPRequest(.delete, "/d", body: [0x7b, 0x7d]), "DELETE /d HTTP/1.1", "2"),
        ] as [(HTTPRequest, String, String?)]
    )
    func sendsEachMethod(request: HTTPRequest, line: String, length: String?) async throws {
        let server = try ScriptedServer { _, connection in
            connection.answer()
            return true
        }
        defer { server.close() }
        _ = try await server.client().send(request)
        #expect(server.requests.first?.lines.first == line)
        #expect(server.requests.first?.header("content-length") == length)
        #expect(server.requests.first?.body.count == length.flatMap { Int($0) } ?? 0)
    }

    @Test func readsAnAnswer() async throws {
        let server = try ScriptedServer { _, connection in
            connection.answer(
                201, "dAtE: Sun, 06 Nov 1994 08:49:37 GMT", "Content-Type: Application/JSON ; charset=utf-8",
                body: "[1]")
            return true
        }
        defer { server.close() }
        let now = SystemInstant(boottime: .seconds(1000), unixSeconds: 1_795_410_123)
        let answer = try await HTTPClient(options: try server.options()) { now }.send(HTTPRequest(.get, "/"))
        #expect(answer.status == 201)
        #expect(answer.date == 784_111_777)
        #expect(answer.mediaType == "application/json")
        #expect(answer.body == Array("[1]".utf8))
        #expect(answer.retryAfter == nil)
        #expect(answer.sentAt == now)
    }

    @Test(arguments: [200, 204, 400, 401, 403, 404, 407, 429, 500, 503])
    func givesAnyStatusThatIsNoRedirectionToItsCaller(status: Int) async throws {
        let server = try ScriptedServer(bytes: "HTTP/1.1 \(status) Text\r\nContent-Length: 0\r\n\r\n")
        defer { server.close() }
        #expect(try await server.client().send(HTTPRequest(.get, "/")).status == status)
    }

    @Test(
        arguments: [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nabcde\r\n0\r\nDate: no\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\nabcde", "HTTP/1.0 200 OK\nContent-Length: 5\n\nabcde",
            "HTTP/1.1 100 Continue\r\nDate: no\r\n\r\nHTTP/1.1 103 Early\r\nX: y\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: identity\r\n\r\nabcde",
        ]
    )
    func readsEveryFormOfBody(bytes: String) async throws {
        let server = try ScriptedServer(bytes: bytes)
        defer { server.close() }
        let answer = try await server.client().send(HTTPRequest(.get, "/"))
        #expect(answer.status == 200)
        #expect(answer.body == Array("abcde".utf8))
    }

    @Test func takesABodyAsLongAsTheCap() async throws {
        let length = HTTPLimits.bodyBytes
        let server = try ScriptedServer { _, connection in
            connection.answer(body: String(repeating: "x", count: length))
            return true
        }
        defer { server.close() }
        #expect(try await server.client().send(HTTPRequest(.get, "/")).body.count == length)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "127.9.9.9"])
    func allowsHTTPToThisDevice(host: String) async throws {
        let server = try ScriptedServer(bytes: "HTTP/1.1 204 None\r\n\r\n")
        defer { server.close() }
        let options = try HTTPOptions(base: .loopback(.http, port: server.port, host: host))
        // The server listens on one of these addresses only; what counts is that the request is not refused here.
        let failure = await HTTPClient(options: options).failure()
        #expect(failure == nil || failure?.meaning == .connectionRefused)
    }

    @Test func keepsNoCookies() async throws {
        let server = try ScriptedServer { _, connection in
            connection.answer(200, "Set-Cookie: a=b; Path=/", "Alt-Svc: h2=\":1\"")
            return true
        }
        defer { server.close() }
        let client = try server.client()
        for _ in 1...2 { _ = try await client.send(HTTPRequest(.get, "/")) }
        #expect(server.requests.count == 2)
        #expect(server.requests.allSatisfy { $0.header("cookie") == nil })
    }

    @Test func showsNothingOfRequestAndAnswer() async throws {
        let server = try ScriptedServer(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        defer { server.close() }
        var request = HTTPRequest(.post, "/p", body: Array("secret".utf8), bearer: .of("secret"))
        request.query = [("q", "secret")]
        request.headers = [("X", "secret")]
        let answer = try await server.client().send(request)
        var dumped = ""
        dump(request, to: &dumped)
        dump(answer, to: &dumped)
        #expect(!"\(request) \(answer) \(dumped)".contains("secret"))
        #expect("\(request) \(answer)" == "POST /p HTTP 200, 6 bytes")
    }
}
