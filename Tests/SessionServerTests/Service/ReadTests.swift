// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct ReadTests {
    @Test(arguments: [Method.retrieveToken, .status, .getUUID])
    func shortWayAndLongWayGiveTheSameAnswer(method: Method) async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(0, .retrieveToken)
        _ = try await client.text()
        for parameters in [nil, "{}", "{ }", #"{"_hint":1}"#] { try client.call(7, method, parameters) }
        var answers: [String?] = []
        for _ in 0..<4 { answers.append(try await client.text()) }
        #expect(answers[0]?.hasPrefix(#"{"jsonrpc":"2.0","id":7,"result":{"#) == true)
        #expect(Set(answers).count == 1)
    }

    @Test(
        arguments: [
            (Method.retrieveToken, Capability.tokenRead), (.status, .identityRead), (.getUUID, .identityRead),
        ])
    func preparedAnswerIsForThoseAloneWhoMayHaveIt(method: Method, capability: Capability) async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(0, .retrieveToken)
        _ = try await client.text()
        try client.call(1, method)
        #expect(try await client.answer().result != nil)
        // It is prepared by now, whoever asks.
        for isAllowed in [false, true, false] {
            let rights: Set<Capability> = isAllowed ? [capability] : Set(Capability.allCases).subtracting([capability])
            try fixture.onLoop { _, loop in
                loop.forEachConnection { $0.capabilities = CapabilitySet(rights) }
            }
            try client.call(2, method)
            let answer = try await client.answer()
            #expect((answer.result != nil) == isAllowed)
            #expect(answer.error == (isAllowed ? nil : .init(id: 2, .permissionDenied)))
        }
    }

    @Test func observerIsGivenNoTokenThatIsPreparedForOthers() async throws {
        let fixture = try ServiceFixture()
        let (app, observer) = (try fixture.connect(), try fixture.connectAsObserver())
        for _ in 0..<2 {
            try app.call(1, .retrieveToken)
            #expect(try await app.answer().result != nil)
        }
        try observer.call(2, .retrieveToken)
        #expect(try await observer.answer().error == .init(id: 2, .permissionDenied))
        try observer.call(3, .status)
        #expect(try await observer.answer().result != nil)
    }

    @Test func answerIsPreparedAnewWithEverySecond() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(0, .retrieveToken)
        let first = try #require(try await client.answer().result?["expiresInSeconds"]?.integer)
        var left: [Int64?] = []
        for milliseconds in [400, 400, 400, 1000] {
            try fixture.advance(by: .milliseconds(milliseconds))
            try client.call(1, .retrieveToken)
            left.append(try await client.answer().result?["expiresInSeconds"]?.integer)
        }
        #expect(first == 3600)
        #expect(left == [3599, 3599, 3598, 3597])
    }

    @Test func whatIsPreparedForOthersIsDeniedToWhoeverMayNotReadIt() async throws {
        let fixture = try ServiceFixture()
        let (app, observer) = (try fixture.connect(), try fixture.connectAsObserver())
        for parameters in [nil, "{}"] {
            _ = try await app.result(of: RetrieveToken())
            try app.call(1, .retrieveToken)
            #expect(try await app.answer().result?["token"] != nil, "it is prepared by now")
            try observer.call(2, .retrieveToken, parameters)
            #expect(try await observer.answer().error == .init(id: 2, .permissionDenied))
        }
    }

    @Test func readSeesEveryChangeThatWasAnswered() async throws {
        let fixture = try ServiceFixture()
        let (writer, reader) = (try fixture.connect(), try fixture.connect())
        for _ in 0..<50 {
            try writer.call(1, .regenerateUUID)
            let uuid = try await writer.answer().result?["uuid"]?.string
            // The second time a token is asked for it is prepared.
            for method in [Method.getUUID, .status, .retrieveToken, .retrieveToken] {
                try reader.call(2, method)
                #expect(try await reader.answer().result?["uuid"]?.string == uuid)
            }
        }
    }

    @Test(arguments: [
        (ServerFacts.TokenReadLog.no, 0), (.first, 2), (.all, 6),
    ])
    func tokenReadsAreLoggedAsConfigured(setting: ServerFacts.TokenReadLog, expected: Int) async throws {
        let fixture = try ServiceFixture(logTokenReads: setting)
        for _ in 0..<2 {
            let client = try fixture.connect()
            for parameters in [nil, #"{"minimumValiditySeconds":1}"#, "{}"] {
                try client.call(1, .retrieveToken, parameters)
                #expect(try await client.answer().result != nil)
                // Nobody hears what a notification asks.
                try client.call(nil, .retrieveToken, parameters)
            }
            // Another customer: the first read counts anew.
            try client.call(2, .destroy)
            #expect(try await client.answer().result != nil)
        }
        let logged = fixture.log.change { $0.filter { $0.fields["MESSAGE_ID"] == JournalEvent.tokenRead.rawValue } }
        #expect(logged.count == expected)
    }

    @Test func everyMethodHasARouteOrIsUnsupported() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        var unsupported: Set<Method> = []
        for method in Method.allCases {
            try client.call(1, method, "{}")
            // The test is who reads the configuration.
            if method == .reload {
                try fixture.finishReload(
                    ReloadOutcome(.success(ReloadAnswer(applied: [], needsRestart: [], endsSession: false))))
            }
            let name = try await client.answer().error?.name
            #expect(name != .methodNotFound)
            #expect(name != .internalError)
            if name == .unsupported { unsupported.insert(method) }
        }
        #expect(
            unsupported.isDisjoint(with: [.getUUID, .status, .retrieveToken, .signIn, .signOut, .touch, .info, .reload])
        )
        try client.send(#"{"jsonrpc":"2.0","id":2,"method":"session.getuuid"}"# + "\n")
        #expect(try await client.answer().error == .init(id: 2, .methodNotFound))
    }

    @Test func answersAreOfTheirRequestsTypes() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        _ = try await client.result(of: Hello())
        _ = try await client.result(of: GetUUID())
        _ = try await client.result(of: GetUUIDForAuthentication(authID: "a"))
        _ = try await client.result(of: GetStatus())
        _ = try await client.result(of: RetrieveToken())
        _ = try await client.result(of: RefreshToken())
        _ = try await client.result(of: RegenerateUUID())
        _ = try await client.result(of: Touch())
        _ = try await client.result(of: GetInfo())
        _ = try await client.result(of: GetHealth())
        _ = try await client.result(of: SignIn(account: .email("a@example.com"), password: Secret("p")))
        _ = try await client.result(of: SetIdentity(customEmail: .set("b@example.com")))
        _ = try await client.result(of: SignOut())
        _ = try await client.result(of: Destroy())
    }
}
