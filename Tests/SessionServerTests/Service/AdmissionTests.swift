// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct AdmissionTests {
    @Test func observerLooksAndIsDeniedTheRest() async throws {
        let fixture = try ServiceFixture()
        let observer = try fixture.connectAsObserver()
        try observer.call(1, .status)
        #expect(try await observer.answer().result != nil)
        for method in [Method.retrieveToken, .refreshToken, .destroy, .signIn, .touch, .profile, .reload] {
            try observer.call(2, method)
            #expect(try await observer.answer().error == .init(id: 2, .permissionDenied))
        }
        // Nor does anything happen that is not answered.
        try observer.call(nil, .destroy)
        try observer.call(3, .status)
        #expect(try await observer.answer().result?["generation"]?.integer == 1)
    }

    @Test func whatIsPreparedForOthersIsDeniedAsWell() async throws {
        let fixture = try ServiceFixture()
        let (client, observer) = (try fixture.connect(), try fixture.connectAsObserver())
        for _ in 0..<2 {
            try client.call(1, .retrieveToken)
            #expect(try await client.answer().result != nil)
        }
        try observer.call(2, .retrieveToken)
        #expect(try await observer.answer().error == .init(id: 2, .permissionDenied))
    }

    @Test func numberOfDenialsIsLoggedWithoutAnother() async throws {
        let fixture = try ServiceFixture()
        let observer = try fixture.connectAsObserver()
        for id in 0..<30 as Range<Int64> {
            try observer.call(id, .destroy)
            #expect(try await observer.answer().error?.name == .permissionDenied)
        }
        try fixture.advance(by: .seconds(61))
        try await fixture.awaitLine("the number") { $0.text.hasPrefix("20 more calls") }
        let denials = fixture.log.change { $0.filter { $0.fields["MESSAGE_ID"] == JournalEvent.denied.rawValue } }
        #expect(denials.count == 11)
    }

    @Test func helloComesFirstAndAlone() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(1, .hello, #"{"protocol":[1],"client":"test/1","later":true}"#)
        let all = Capability.allCases.map { JSONValue.string($0.rawValue) }
        #expect(try await client.answer().result?["capabilities"] == .array(all))
        try client.call(2, .hello, #"{"protocol":[1]}"#)
        #expect(try await client.answer().error == .init(id: 2, .invalidRequest))
        let other = try fixture.connect()
        try other.call(3, .hello, #"{"protocol":[2]}"#)
        #expect(try await other.answer().error == .init(id: 3, .versionUnsupported))
    }

    @Test func unusableConfigurationIsSaidToEverybodyButRootsQuestionsAboutTheDaemon() async throws {
        let fixture = try ServiceFixture(unusable: SessionError(.notConfigured, "line 3 is wrong"))
        let client = try fixture.connect()
        for method in [Method.getUUID, .retrieveToken, .destroy, .touch] {
            try client.call(1, method)
            #expect(try await client.answer().error == .init(id: 1, .notConfigured))
        }
        let health = try await client.result(of: GetHealth())
        #expect(!health.ready)
        #expect(health.problems.map(\.name) == ["notConfigured"])
    }

    @Test func nothingSecretOrPersonalIsLogged() async throws {
        let fixture = try ServiceFixture(logTokenReads: .all)
        let client = try fixture.connect()
        let parameters = [
            (Method.signIn, #"{"email":"canary@example.com","password":"canary","authID":"canary"}"#),
            (.setIdentity, #"{"customEmail":"canary@example.com","customIdentifier":"canary"}"#),
            (.retrieveToken, "{}"), (.refreshToken, "{}"), (.signIn, #"{"email":"canary@example.com","canary":1}"#),
            (.regenerateUUID, #"{"clientIdentifier":"canary"}"#), (.signOut, "{}"), (.destroy, #"{"canary":"canary"}"#),
            (.simpleAuthenticate, #"{"customID":"canary","authID":"canary"}"#), (.destroy, "{}"),
        ]
        for (id, (method, text)) in parameters.enumerated() { try client.call(Int64(id), method, text) }
        try client.send(#"{"jsonrpc":"2.0","id":"canary","method":"canary","params":{"canary":1}}"# + "\ncanary\n")
        for _ in 0..<12 { #expect(try await client.text() != nil) }
        try fixture.connectAsObserver().call(1, .signIn, parameters[0].1)
        try await fixture.awaitLine("a denial") { $0.fields["MESSAGE_ID"] == JournalEvent.denied.rawValue }
        let log = fixture.log.change { $0 }
        let shown = log.map(\.text) + log.flatMap(\.fields.values) + fixture.hooks.change { $0.statuses }
        #expect(shown.count > 30)
        #expect(shown.filter { $0.lowercased().contains("canary") } == [])
    }

    @Test func serviceManagerIsToldOnlyWhatIsNew() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(1, .retrieveToken)
        _ = try await client.answer()
        for _ in 0..<5 {
            try fixture.advance(by: .seconds(11))
            try client.call(2, .refreshToken)
            #expect(try await client.answer().result != nil)
        }
        let statuses = fixture.hooks.change { $0.statuses }
        #expect(Set(statuses).count == statuses.count)
        #expect(statuses.last == "Session anonymous, generation 1")
    }
}
