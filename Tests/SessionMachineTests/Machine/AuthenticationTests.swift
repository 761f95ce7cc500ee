// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct AuthenticationTests {
    typealias Credentials = AuthenticationAttempt.Credentials

    @Test(
        arguments: [
            (AuthorityFailure.rejection, ErrorName.authorityRejected), (.outage, .authorityUnavailable),
            (AuthorityFailure(.unsupported, "cannot", hint: "do"), .unsupported),
        ], Operation.authentications)
    func aFailureChangesNothing(failure: (AuthorityFailure, ErrorName), operation: Operation) {
        for state in [StartingState.none, .anonymous, .simple, .expired] {
            var bench = MachineBench(in: state)
            let before = bench.record
            let id = bench.call(operation.call)
            bench.endAuthentication(.failure(failure.0))
            #expect(bench.error(of: id)?.name == failure.1)
            #expect(bench.record.untold == before.untold && bench.durability == .nothing)
            #expect(bench.changes.allSatisfy { $0.kind == .authorityState })
            #expect(bench.machine.authentication == nil)
        }
    }

    @Test(arguments: Operation.authentications)
    func oneRunsAtATime(second: Operation) {
        var bench = MachineBench(in: .anonymous)
        let first = bench.call(Operation.signIn.call)
        let refused = bench.call(second.call)
        #expect(bench.error(of: refused)?.name == .busy && bench.answer(to: first) == nil)
        bench.admit()
        #expect(bench.answer(to: first) == .authenticated(conditional: false))
        #expect(bench.record.login == "bob@example.com")
    }

    @Test(arguments: [
        Operation.signOut, .signOutByAdministrator, .signOutWithDestroy, .destroy, .regenerate,
        .regenerateWithIdentifier,
    ])
    func isSupersededByWhatChangesTheCustomer(operation: Operation) throws {
        var bench = MachineBench(in: .anonymous)
        let id = bench.call(Operation.signIn.call)
        let attempt = try #require(bench.machine.authentication?.attempt.id)
        bench.call(operation.call)
        #expect(bench.error(of: id)?.name == .superseded)
        #expect(bench.effects.contains(.cancelAuthentication(attempt)))
        let after = bench.record
        bench.handle(.authenticationEnded(attempt, .success(.token(bench.token(.synerise)))))
        #expect(bench.record == after && bench.changes.isEmpty)
    }

    @Test(arguments: [Operation.regenerate, .destroy, .signOut])
    func isNotSupersededByWhatIsRefused(operation: Operation) {
        var bench = MachineBench(in: .simple)
        let id = bench.call(Operation.signIn.call)
        bench.call(operation.call(ifGeneration: 0))
        bench.call(Operation.setLabel.call)
        bench.admit()
        #expect(bench.answer(to: id) == .authenticated(conditional: false))
    }

    @Test(arguments: [true, false])
    func whoGoesAwayIsNotAuthenticated(deadlinePassed: Bool) throws {
        var bench = MachineBench(in: .anonymous)
        let before = bench.record
        let id = bench.call(Operation.signIn.call)
        let attempt = try #require(bench.machine.authentication?.attempt.id)
        bench.handle(.abandon(id, deadlinePassed: deadlinePassed))
        #expect(bench.effects.contains(.cancelAuthentication(attempt)))
        #expect(bench.error(of: id)?.name == (deadlinePassed ? .deadlineExceeded : nil))
        bench.handle(.authenticationEnded(attempt, .success(.token(bench.token(.synerise)))))
        #expect(bench.record == before && bench.effects.isEmpty)
    }

    @Test func aDeadlineAfterTheCommitTakesNothingBack() {
        var bench = MachineBench(in: .anonymous)
        let id = bench.call(Operation.signIn.call)
        bench.admit()
        bench.handle(.abandon(id, deadlinePassed: true))
        #expect(bench.effects.isEmpty && bench.phase == .signedIn)
    }

    @Test(arguments: [Credentials.passwordOf("bob@x", conditional: true), .google(conditional: true)])
    func theConditionalFormAnswersAConditionAndChangesNothing(credentials: Credentials) {
        var bench = MachineBench(in: .anonymous)
        let before = bench.record
        let rejected = bench.call(.authenticate(credentials))
        bench.endAuthentication(.failure(.rejection))
        #expect(bench.answer(to: rejected) == .condition(.unauthorized, conditions: nil))
        let asked = bench.call(.authenticate(credentials))
        let condition = AuthenticationCondition(rawValue: "SOMETHING_NEW")
        bench.endAuthentication(.success(.condition(condition, conditions: .array([.null]))))
        #expect(bench.answer(to: asked) == .condition(condition, conditions: .array([.null])))
        let unreachable = bench.call(.authenticate(credentials))
        bench.endAuthentication(.failure(.outage))
        #expect(bench.error(of: unreachable)?.name == .authorityUnavailable)
        #expect(bench.record.untold == before.untold)
        bench.move(.seconds(1))
        let admitted = bench.call(.authenticate(credentials))
        bench.admit(credentials.expectedOrigin)
        #expect(bench.answer(to: admitted) == .authenticated(conditional: true))
        #expect(bench.record.generation == before.generation + 1)
    }

    @Test(arguments: [400, 404, 409, 412, 422])
    func theConditionalFormPassesOnWhatIsWrongWithTheInput(status: Int) {
        var bench = MachineBench(in: .anonymous)
        let id = bench.call(.authenticate(.passwordOf("bob@x", conditional: true)))
        bench.endAuthentication(.failure(AuthorityFailure(.rejected, "no", status: status, fieldErrors: .array([]))))
        #expect(bench.error(of: id)?.name == .authorityRejected)
        #expect(bench.error(of: id)?.details.map(\.name) == ["fieldErrors"])
    }

    @Test func nobodyIsToldToWaitLongerThanTheAuthorityIsObeyed() {
        var bench = MachineBench(in: .anonymous)
        let id = bench.call(.authenticate(.passwordOf("bob@x")))
        bench.endAuthentication(.failure(AuthorityFailure(.unavailable, "later", retryAfter: .seconds(86_400))))
        #expect(bench.error(of: id)?.retryAfterSeconds == 3600)
    }

    @Test func theGenerationIsComparedAgainWhenItIsCommitted() {
        var bench = MachineBench(in: .simple)
        let id = bench.call(Operation.signIn.call(ifGeneration: bench.record.generation))
        bench.call(.refreshToken)
        bench.endFlight(.failure(.rejection))
        let before = bench.record
        bench.admit()
        #expect(bench.error(of: id)?.name == .generationMismatch)
        #expect(bench.record == before && bench.machine.authentication == nil)
    }

    @Test func aSignInClearsTheBackOffOfTheLastCustomersToken() {
        var bench = MachineBench(in: .signedIn)
        bench.call(.refreshToken)
        for _ in 0..<8 {
            bench.endFlight(.client, .failure(.outage))
            bench.move(.seconds(200))
            bench.call(.refreshToken)
        }
        bench.endFlight(.client, .failure(.outage))
        bench.call(Operation.signOut.call)
        bench.authenticate(.passwordOf(MachineBench.aliceMail))
        let id = bench.call(.retrieveToken(RetrieveToken(minimumValiditySeconds: 3600)))
        #expect(bench.tokenAnswer(to: id) != nil)
        bench.move(.seconds(60))
        bench.call(.refreshToken)
        #expect(bench.started.count == 1)
    }

    @Test func aRefusalOfWhatACustomerShowsIsAnAnswerAndNoErrorOfTheAuthority() {
        var bench = MachineBench(in: .anonymous)
        bench.call(Operation.signIn.call)
        bench.endAuthentication(.failure(.rejection))
        #expect(bench.status.authority.lastError == nil && bench.status.authority.lastAnsweredAt != nil)
        // It answers again.
        bench.call(Operation.signIn.call)
        bench.endAuthentication(.failure(.outage))
        bench.move(.seconds(2))
        bench.call(Operation.signIn.call)
        bench.endAuthentication(.failure(.rejection))
        #expect(bench.status.authority.reachable && bench.status.authority.lastError == nil)
        #expect(bench.changes == [.authorityState(reachable: true)])
    }

    @Test func whatTheAuthorityRefusesTheDeviceItselfIsItsLastErrorUntilItGivesIt() {
        var bench = MachineBench(in: .none)
        let id = bench.call(.retrieveToken(RetrieveToken()))
        bench.endFlight(.anonymous, .failure(.rejection))
        #expect(bench.error(of: id)?.name == .tokenUnavailable)
        let refused = AuthorityFailure.rejection.name
        #expect(bench.status.authority.lastError == refused)
        bench.call(Operation.signIn.call)
        bench.endAuthentication(.failure(.rejection))
        #expect(bench.status.authority.lastError == refused)
        // What it gives a customer is not what it has refused.
        bench.call(Operation.signIn.call)
        bench.admit()
        #expect(bench.status.authority.lastError == refused)
        bench.call(Operation.signOut.call)
        bench.pass(.seconds(2))
        bench.land(.anonymous)
        #expect(bench.status.authority.lastError == nil)
    }

    @Test func whetherTheAuthorityAnswersIsToldLastAndOnTransitionsOnly() {
        var bench = MachineBench(in: .anonymous)
        for expected in [[SessionChange.authorityState(reachable: false, because: .outage)], []] {
            bench.call(Operation.signIn.call)
            bench.endAuthentication(.failure(.outage))
            #expect(bench.changes == expected)
            #expect(bench.status.authority.reachable == false)
            #expect(bench.status.authority.lastError == "authorityUnavailable")
            bench.move(.seconds(2))
        }
        bench.call(Operation.signIn.call)
        bench.admit()
        #expect(bench.changes == [.signedIn(.synerise), .authorityState(reachable: true)])
        #expect(bench.status.authority.lastError == nil)
        bench.call(.refreshToken)
        bench.endFlight(.client, .failure(.outage))
        bench.pass(.seconds(1))
        bench.call(.refreshToken)
        bench.land(.client)
        #expect(bench.changes == [.tokenRefreshed, .authorityState(reachable: true)])
    }
}
