// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionProtocol
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct CallTests {
    private static let signIn = #"{"email":"canary@example.com","password":"canary-password","_deadlineSeconds":20}"#

    @Test func shortDeadlineIsNotHeldUpByALongOne() async throws {
        let fixture = try ServiceFixture(isOpen: false)
        let client = try fixture.connect()
        try client.call(1, .retrieveToken, #"{"_deadlineSeconds":300}"#)
        try client.call(2, .retrieveToken, #"{"_deadlineSeconds":0.5}"#)
        try client.call(3, .retrieveToken, #"{"_deadlineSeconds":100}"#)
        try client.call(4, .retrieveToken)
        try fixture.settle()
        try fixture.advance(by: .seconds(1))
        #expect(try await client.answer().error == .init(id: 2, .deadlineExceeded))
        try fixture.advance(by: .seconds(30))
        #expect(try await client.answer().error == .init(id: 4, .deadlineExceeded))
        fixture.authority.open()
        #expect(Set([try await client.answer().id, try await client.answer().id]) == [1, 3])
    }

    @Test func authenticationPastItsDeadlineHasNoEffect() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        fixture.authority.shut()
        try client.call(1, .signIn, CallTests.signIn)
        try fixture.settle()
        try fixture.advance(by: .seconds(21))
        #expect(try await client.answer().error == .init(id: 1, .deadlineExceeded))
        fixture.authority.open()
        try fixture.settle()
        try client.call(2, .status)
        #expect(try await client.answer().result?["signedIn"]?.bool == false)
        // Nobody is in the way of the next one.
        try client.call(3, .signIn, CallTests.signIn)
        #expect(try await client.answer().result?["signedIn"]?.bool == true)
    }

    @Test func authenticationIsAbandonedWithItsConnectionAndThatIsNoted() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        fixture.authority.shut()
        try client.call(1, .signIn, CallTests.signIn)
        try fixture.settle()
        client.close()
        try await fixture.awaitLine("the outcome") {
            $0.fields["SESSION_METHOD"] == "session.signIn" && $0.fields["OUTCOME"] == "superseded"
        }
        fixture.authority.open()
        let next = try fixture.connect()
        try next.call(2, .signIn, CallTests.signIn)
        #expect(try await next.answer().result?["signedIn"]?.bool == true)
    }

    @Test(arguments: [true, false])
    func changeWhoseCallerHasLeftIsMadeAndNoted(isNotification: Bool) async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(isNotification ? nil : 1, .destroy)
        client.close()
        try await fixture.awaitLine("the outcome") {
            $0.fields["SESSION_METHOD"] == "session.destroy" && $0.fields["OUTCOME"] == "ok"
                && $0.fields["PEER_UID"] == "\(geteuid())"
        }
        let next = try fixture.connect()
        try next.call(2, .status)
        #expect(try await next.answer().result?["generation"]?.integer == 2)
    }

    @Test func callsThatWaitAreLimitedByConnection() async throws {
        var limits = ServerLimits()
        limits.lines.inFlightPerConnection = 3
        let fixture = try ServiceFixture(isOpen: false, limits: limits)
        let client = try fixture.connect()
        // A notification and the entries of a batch wait as well; what is answered at once does not.
        try client.call(nil, .retrieveToken)
        try client.send("[\(TestClient.line(1, .retrieveToken)),\(TestClient.line(2, .retrieveToken))]\n")
        try client.call(3, .retrieveToken)
        #expect(try await client.answer().error == .init(id: 3, .limitExceeded))
        try client.call(4, .getUUID)
        #expect(try await client.answer().id == 4)
        let other = try fixture.connect()
        try other.call(5, .retrieveToken)
        try fixture.settle()
        fixture.authority.open()
        #expect(try await client.text()?.hasPrefix("[") == true)
        #expect(try await other.answer().id == 5)
        try client.call(6, .retrieveToken)
        #expect(try await client.answer().result != nil)
    }

    @Test func batchIsAnsweredInItsOrderWhenTheLastIsDone() async throws {
        let fixture = try ServiceFixture(isOpen: false)
        let client = try fixture.connect()
        let entries = [
            TestClient.line(1, .retrieveToken), TestClient.line(2, .getUUID), TestClient.line(nil, .getUUID), "1",
            TestClient.line(3, .hello, #"{"protocol":[1]}"#),
            TestClient.line(4, .retrieveToken, #"{"_deadlineSeconds":1}"#),
        ]
        try client.send("[\(entries.joined(separator: ","))]\n")
        try client.call(9, .getUUID)
        #expect(try await client.answer().id == 9)
        try fixture.advance(by: .seconds(2))
        fixture.authority.open()
        let answers = try await client.answers()
        #expect(answers.map { $0["id"]?.integer } == [1, 2, nil, 3, 4])
        #expect(
            answers.map { $0["error"]?["data"]?["name"]?.string } == [
                nil, nil, "invalidRequest", "invalidRequest", "deadlineExceeded",
            ])
    }

    @Test func batchOfNotificationsIsNotAnswered() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.send("[\(TestClient.line(nil, .destroy)),\(TestClient.line(nil, .getUUID))]\n")
        client.halfClose()
        #expect(try client.lines() == [])
        try fixture.settle()
        let next = try fixture.connect()
        try next.call(1, .status)
        #expect(try await next.answer().result?["generation"]?.integer == 2)
    }

    @Test func changesOfAConnectionAreMadeInTheOrderTheyCame() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        for id in 1...50 as ClosedRange<Int64> { try client.call(id, .regenerateUUID) }
        var answers: [Answer] = []
        for _ in 1...50 { answers.append(try await client.answer()) }
        #expect(answers.map(\.id) == Array(1...50))
        #expect(answers.map { $0.result?["generation"]?.integer } == Array(2...51))
        try client.call(51, .status)
        #expect(try await client.answer().result?["generation"]?.integer == 51)
    }

    @Test func stoppingDaemonAnswersWhatIsUnderWayAndRefusesTheRest() async throws {
        let fixture = try ServiceFixture(isOpen: false)
        let client = try fixture.connect()
        try client.call(1, .retrieveToken)
        try fixture.settle()
        fixture.signal(SIGTERM)
        try fixture.hooks.wait("the stop") { $0.isStopping }
        try client.call(2, .getUUID)
        #expect(try await client.answer().error == .init(id: 2, .shuttingDown))
        fixture.authority.open()
        #expect(try await client.answer().id == 1)
        #expect(try await client.text() == nil)
        try await fixture.awaitEnd()
    }

    @Test func callThatCannotBeAnsweredAnyMoreIsToldSoBeforeTheEnd() async throws {
        let fixture = try ServiceFixture(isOpen: false)
        let client = try fixture.connect()
        try client.call(1, .retrieveToken)
        try fixture.settle()
        fixture.signal(SIGTERM)
        try fixture.hooks.wait("the stop") { $0.isStopping }
        fixture.lapse(.milliseconds(4600))
        #expect(try await client.answer().error == .init(id: 1, .shuttingDown))
        #expect(try await client.text() == nil)
        try await fixture.awaitEnd()
    }
}
