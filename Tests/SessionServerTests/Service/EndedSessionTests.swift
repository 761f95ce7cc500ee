// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionMachine
import SessionProtocol
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

/// The kiosk's end while the session's owner cannot say anything: it syncs a file, or the machine has just woken up.
@Suite(.timeLimit(.minutes(10))) struct EndedSessionTests {
    private let store = GatedStore()
    private let client: TestClient
    private let fixture: ServiceFixture
    private let uuid: String?
    private static let idleTimeout = Duration.milliseconds(10_500)

    /// A customer who is there for another 100 ms, whose app has just read everything, and an owner who hangs.
    init() async throws {
        fixture = try ServiceFixture(
            kiosk: KioskPolicy(idleTimeout: Self.idleTimeout, warnBefore: .zero, endAction: .destroy), store: store)
        client = try fixture.connect()
        _ = try await client.result(of: RetrieveToken())
        _ = try await client.result(of: SignIn(account: .email("ann@example.com"), password: Secret("p")))
        try fixture.advance(by: .milliseconds(10_400))
        uuid = try await client.result(of: GetUUID()).uuid.description
        _ = try await client.result(of: GetStatus())
        #expect(try await client.result(of: RetrieveToken()).facts.origin == .synerise)
        store.shut()
        let writer = try fixture.connect()
        try writer.call(1, .setIdentity, #"{"customIdentifier":"till 4"}"#)
        try store.awaitSave()
    }

    /// Asks a second time, in the short way and in the long one, and reads what comes at once and what does not.
    private func answers(to method: Method, _ parameters: String? = nil) async throws -> [Answer] {
        fixture.lapse(.milliseconds(200))
        try client.call(1, method, parameters)
        // What is answered in spite of all comes first.
        try client.call(2, .info)
        var answers = [try await client.answer()]
        store.open()
        answers.append(try await client.answer())
        return answers
    }

    @Test(arguments: [Method.retrieveToken, .status, .getUUID, .getUUIDForAuthentication, .watch], [nil, "{ }"])
    func nobodyReadsWhatIsOver(method: Method, parameters: String?) async throws {
        let answers = try await answers(to: method, parameters)
        #expect(answers.map(\.id) == [2, 1])
        let late = try #require(answers.last?.result)
        let status = method == .watch ? late["snapshot"] ?? .null : late
        #expect(status["uuid"]?.string != uuid && status["uuid"]?.string != nil)
        if let state = status["state"]?.string { #expect(state != "signedIn") }
        if let origin = late["origin"]?.string { #expect(origin == "ANONYMOUS") }
    }

    @Test func aWatchOfWhatIsOverTellsTheEndAndWhatFollows() async throws {
        let answers = try await answers(to: .watch)
        let sequence = try #require(answers.last?.result?["sequence"]?.integer)
        _ = try await fixture.connect().result(of: SetIdentity(customIdentifier: .set("till 5")))
        var event = try #require(try await client.text())
        while !event.contains("identityChanged") { event = try #require(try await client.text()) }
        let number = try JSONValue(parsing: Array(event.utf8).span)["params"]?["sequence"]?.integer
        #expect(try #require(number) > sequence && event.contains("till 5"))
    }

    @Test func theMetricsOfWhatIsOverAreThoseOfWhatFollows() async throws {
        let answers = try await answers(to: .metrics)
        #expect(answers.map(\.id) == [2, 1])
        let text = try #require(answers.last?.result?["text"]?.string)
        #expect(text.contains(#"{sessiond_session_state="signedIn"} 0"#))
    }

    @Test func whoeverWaitsForTheEndIsToldWhenTheDaemonStops() async throws {
        fixture.lapse(.milliseconds(200))
        try client.call(1, .status)
        try client.call(2, .info)
        #expect(try await client.answer().id == 2)
        fixture.signal(SIGTERM)
        try fixture.hooks.wait("the stop") { $0.isStopping }
        store.open()
        #expect(try await client.answer().error == .init(id: 1, .shuttingDown))
    }
}
