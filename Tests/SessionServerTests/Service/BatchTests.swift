// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessionProtocol
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct BatchTests {
    @Test func answersStandInTheOrderOfTheEntries() {
        let batch = Batch(entries: 4)
        batch.expect()
        batch.expect()
        batch.put(Array("1\n".utf8), at: 1)
        #expect(!batch.isComplete)
        #expect(!batch.complete(Array("3\n".utf8), at: 3))
        #expect(batch.complete(Array("0\n".utf8), at: 0))
        var output = Array("before\n".utf8)
        batch.write(to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "before\n[0,1,3]\n")
    }

    @Test func batchWithoutAnswersHasNoLine() {
        let batch = Batch(entries: 2)
        #expect(batch.isComplete)
        batch.expect()
        #expect(batch.complete(nil, at: 1))
        var output: [UInt8] = []
        batch.write(to: &output)
        #expect(output == [])
    }

    // MARK: What a line goes out with

    private static let signIn = #"{"email":"ann@example.com","password":"p"}"#

    /// A service with a customer, whose authority says nothing from now on.
    private static func withCustomer() async throws -> (ServiceFixture, TestClient) {
        let fixture = try ServiceFixture(logTokenReads: .all)
        let client = try fixture.connect()
        try client.call(1, .retrieveToken)
        _ = try await client.answer()
        try client.call(1, .signIn, signIn)
        #expect(try await client.answer().result?["signedIn"]?.bool == true)
        // No refresh is answered with the last one's token any more.
        try fixture.advance(by: .seconds(11))
        fixture.authority.shut()
        return (fixture, client)
    }

    @Test func nothingOfACustomerWhoHasGoneGoesOutWithALine() async throws {
        let (fixture, client) = try await Self.withCustomer()
        let reads: [Method] = [.retrieveToken, .status, .getUUID, .getUUIDForAuthentication]
        let lines =
            reads.enumerated().map { TestClient.line(Int64($0), $1) } + [
                TestClient.line(8, .retrieveToken, #"{"requireSignedIn":true}"#), TestClient.line(9, .refreshToken),
            ]
        try client.send("[\(lines.joined(separator: ","))]\n")
        try fixture.settle()
        let other = try fixture.connect()
        try other.call(1, .destroy)
        let uuid = try #require(try await other.answer().result?["uuid"]?.string)
        fixture.authority.open()
        let answers = try await client.answers()
        #expect(answers.map { $0["id"]?.integer } == [0, 1, 2, 3, 8, 9])
        for answer in answers.prefix(4) { #expect(answer["result"]?["uuid"]?.string == uuid, "\(answer)") }
        #expect(answers[0]["result"]?["origin"]?.string == "ANONYMOUS")
        #expect(answers[1]["result"]?["state"]?.string != "signedIn")
        #expect(answers[4]["error"]?["data"]?["name"]?.string == "notSignedIn")
        #expect(answers[5]["error"]?["data"]?["name"]?.string == "tokenUnavailable")
    }

    @Test func whatIsStillSoIsReadOnce() async throws {
        let (fixture, client) = try await Self.withCustomer()
        try client.send("[\(TestClient.line(1, .retrieveToken)),\(TestClient.line(2, .refreshToken))]\n")
        try fixture.settle()
        let before = fixture.log.change { $0.count { $0.fields["MESSAGE_ID"] == JournalEvent.tokenRead.rawValue } }
        fixture.authority.open()
        let answers = try await client.answers()
        #expect(answers.allSatisfy { $0["result"]?["origin"]?.string == "SYNERISE" })
        let after = fixture.log.change { $0.count { $0.fields["MESSAGE_ID"] == JournalEvent.tokenRead.rawValue } }
        #expect(before == 2 && after == before)
    }

    @Test func whatComesAfterTheEndByTheClockIsNotOfTheCustomer() async throws {
        let fixture = try ServiceFixture(
            kiosk: KioskPolicy(idleTimeout: .seconds(60), warnBefore: .zero, endAction: .destroy))
        let client = try fixture.connect()
        try client.call(1, .signIn, Self.signIn)
        _ = try await client.answer()
        try fixture.advance(by: .seconds(11))
        fixture.authority.shut()
        try client.send(
            "[\(TestClient.line(1, .getUUID)),\(TestClient.line(2, .refreshToken, #"{"_deadlineSeconds":60}"#))]\n")
        try fixture.settle()
        try client.call(3, .getUUID)
        let uuid = try #require(try await client.answer().result?["uuid"]?.string)
        try fixture.advance(by: .seconds(50))
        fixture.authority.open()
        let answers = try await client.answers()
        let read = try #require(answers[0]["result"]?["uuid"]?.string)
        #expect(read != uuid)
    }

    @Test func whatIsAskedForAgainHasTheTimeThatIsLeft() async throws {
        let (fixture, client) = try await Self.withCustomer()
        let lines = [
            TestClient.line(1, .retrieveToken, #"{"_deadlineSeconds":40}"#),
            TestClient.line(2, .refreshToken, #"{"_deadlineSeconds":10}"#),
        ]
        try client.send("[\(lines.joined(separator: ","))]\n")
        try fixture.settle()
        let other = try fixture.connect()
        // Nobody gets a token for the customer who comes then: the authority is silent.
        try other.call(1, .destroy)
        _ = try await other.answer()
        try fixture.advance(by: .seconds(11))
        try fixture.advance(by: .seconds(30))
        let answers = try await client.answers()
        #expect(answers.map { $0["error"]?["data"]?["name"]?.string } == ["deadlineExceeded", "tokenUnavailable"])
    }

    @Test func whoHasLostTheRightGetsNothingOfIt() async throws {
        let fixture = try ServiceFixture()
        let page = try await fixture.connectForPages([.tokenRead, .identityRead, .sessionWrite])
        try page.call(1, .retrieveToken)
        _ = try await page.answer()
        fixture.authority.shut()
        let lines = [
            TestClient.line(1, .retrieveToken), TestClient.line(2, .status), TestClient.line(3, .getUUID),
            TestClient.line(4, .setIdentity, #"{"customIdentifier":"w"}"#), TestClient.line(5, .signIn, Self.signIn),
        ]
        try page.send("[\(lines.joined(separator: ","))]\n")
        try page.call(6, .setIdentity, #"{"customIdentifier":"x"}"#)
        _ = try await page.answer()
        try fixture.adopt(fixture.configuration())
        fixture.authority.open()
        let answers = try await page.answers()
        #expect(answers.map { $0["error"]?["data"]?["name"]?.string } == Array(repeating: "permissionDenied", count: 5))
        // What is not for pages stays so, and the changes that were made are said to be.
        #expect(answers[2]["error"]?["message"]?.string?.contains("not for pages") == true)
        #expect(answers.map { $0["error"]?["data"]?["outcome"]?.string } == [nil, nil, nil, "done", "done"])
        try await fixture.awaitLine("the change as it was") {
            $0.fields["SESSION_METHOD"] == "session.signIn" && $0.fields["OUTCOME"] == "ok"
        }
    }

    @Test func whatAPageHasBegunIsNotToldItWithoutItsRight() async throws {
        let fixture = try ServiceFixture()
        let page = try await fixture.connectForPages([.sessionWrite])
        fixture.authority.shut()
        try page.call(1, .signIn, Self.signIn)
        try fixture.settle()
        try fixture.adopt(fixture.configuration())
        fixture.authority.open()
        let answer = try #require(try await page.text())
        #expect(answer.contains("permissionDenied") && answer.contains(#""outcome":"done""#))
        #expect(!answer.contains("ann@example.com") && !answer.contains("uuid"))
    }
}
