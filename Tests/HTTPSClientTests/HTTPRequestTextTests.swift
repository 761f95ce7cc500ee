// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPSClient
@testable import SessionProtocol
@testable import TestSupport

@Suite("HTTP: what may be sent", .timeLimit(.minutes(10)))
struct HTTPRequestTextTests {
    @Test(arguments: ["", "v4", "/a b", "/a?b", "/a#b", "/ż", "/a\r\nX: y", "/\u{0}"])
    func refusesAPathThatIsNone(path: String) {
        #expect(throws: HTTPFailure(.invalidRequest, at: "the request's path")) {
            try HTTPRequest(.get, path).target()
        }
    }

    @Test(
        arguments: [
            ("X", "a\r\nY: b"), ("X", "a\nb"), ("X", "a\u{0}b"), ("X", "ł"), ("X", ""), ("", "a"), ("X Y", "a"),
            ("X:", "a"), ("X\r\nY", "a"),
        ])
    func refusesAHeaderThatEndsItsLine(name: String, value: String) {
        var request = HTTPRequest(.get, "/")
        request.headers = [(name, value)]
        #expect(throws: HTTPFailure.self) { try request.headerLines() }
    }

    @Test func refusesABearerThatEndsItsLineWithoutShowingIt() {
        let request = HTTPRequest(.get, "/", bearer: .of("hunter2\r\nX: y"))
        let failure = #expect(throws: HTTPFailure.self) { try request.headerLines() }
        #expect(failure?.meaning == .invalidRequest)
        #expect(failure?.message.contains("hunter2") == false)
    }

    @Test(arguments: ["a/b", "a@b", "a b", "", "a:1", "[::1", "::1", "[a-b]", "a?b", "ż"])
    func refusesAHostThatIsNone(host: String) {
        #expect(HTTPEndpoint(scheme: .https, host: host, port: 1) == nil)
    }

    @Test(arguments: [0, -1, 65_536])
    func refusesAPortThatIsNone(port: Int) {
        #expect(HTTPEndpoint(scheme: .https, host: "a", port: port) == nil)
    }

    @Test(arguments: ["a.example", "localhost.example", "127.0.0.1.example", "127.1", "128.0.0.1", "[::2]", "10.0.0.1"])
    func refusesHTTPToAnotherDevice(host: String) throws {
        let endpoint = try #require(HTTPEndpoint(scheme: .http, host: host, port: 80))
        let failure = #expect(throws: HTTPFailure.self) { try HTTPOptions(base: endpoint) }
        #expect(failure?.meaning == .insecureEndpoint)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "127.255.0.9", "[::1]"])
    func allowsHTTPToThisDevice(host: String) throws {
        let endpoint = try #require(HTTPEndpoint(scheme: .http, host: host, port: 80))
        #expect(try HTTPOptions(base: endpoint).base == endpoint)
    }

    @Test(
        arguments: [
            (Duration.zero, 1), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1500), 2),
            (.seconds(10), 10_000),
            (.seconds(Int64.max), Int(Int32.max)), (.seconds(-1), 1),
        ])
    func neverLetsATimeoutBecomeNone(duration: Duration, milliseconds: Int) {
        #expect(duration.curlMilliseconds == milliseconds)
    }
}
