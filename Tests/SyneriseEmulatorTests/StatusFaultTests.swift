// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import Foundation
import SyneriseEmulator
import Testing

@testable import SessionProtocol

/// Answers in place of the good one.
@Suite(.timeLimit(.minutes(10))) struct StatusFaultTests {
    private static func reply(_ fault: String, noDate: Bool = false) async throws -> Reply {
        var reply: Reply?
        try await RunningEmulator.with({ options in
            options.faults = [try Fault(fault)]
            options.statesDate = !noDate
        }) { reply = try await $0.logIn() }
        return try #require(reply)
    }

    @Test func answersTheErrorBody() async throws {
        let reply = try await Self.reply("status=429,retry-after=120")
        #expect(reply.status == 429 && reply["status"]?.integer == 429)
        #expect(reply.headers["retry-after"] == "120")
    }

    @Test func answersAGatewaysPage() async throws {
        let reply = try await Self.reply("status=403,body=html")
        #expect(reply.status == 403 && reply.headers["content-type"] == "text/html" && reply.json == nil)
        #expect(String(decoding: reply.body, as: UTF8.self).contains("<h1>Forbidden</h1>"))
    }

    @Test func answersNoBody() async throws {
        let reply = try await Self.reply("status=401,body=empty")
        #expect(reply.status == 401 && reply.body.isEmpty && reply.headers["content-type"] == nil)
    }

    @Test func answersAFile() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(#"{"x":1}"#.utf8).write(to: file)
        let reply = try await Self.reply("status=409,body=\(file.path)")
        #expect(reply.status == 409 && reply["x"]?.integer == 1)
    }

    @Test func answersADateToComeAgainAt() async throws {
        let written = try await Self.reply("status=503,retry-after=Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(written.headers["retry-after"] == "Sun, 06 Nov 1994 08:49:37 GMT")
        let ahead = try await Self.reply("status=503,retry-after=date+0")
        #expect(ahead.headers["retry-after"] == ahead.headers["date"])
    }

    @Test func answersARedirect() async throws {
        let reply = try await Self.reply("status=302,location=http://127.0.0.1:1/")
        #expect(reply.status == 302 && reply.headers["location"] == "http://127.0.0.1:1/")
    }

    @Test func leavesTheDateOut() async throws {
        #expect(try await Self.reply("status=200").headers["date"] != nil)
        #expect(try await Self.reply("status=200", noDate: true).headers["date"] == nil)
    }
}
