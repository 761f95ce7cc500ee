// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What becomes of a sign-in when the settings change, or the provider does.
extension SignInTests {
    @Test func aLateAnswerOfAnotherProviderSaysNothingOfThisOne() throws {
        let busy = AuthorityFailure(.unavailable, "busy", retryAfter: .seconds(3_600), status: 503)
        var other = AuthorityTraits.provider()
        other.binding = Binding(kind: "provider", origin: "https://other.example kiosk")
        var beginning = MachineBench.withProvider()
        beginning.call(.beginSignIn(BeginSignIn()))
        let id = try #require(beginning.machine.signIns.beginning).id
        var polling = MachineBench.withProvider()
        polling.beginDevice()
        let question = polling.nextStep()
        let step = try #require(question)
        let late: [(MachineBench, SessionInput)] = [
            (beginning, .signInBegun(id, .failure(busy))), (beginning, .signInBegun(id, .failure(.refusedClient))),
            (polling, .signInStepEnded(step, .failure(busy))),
            (polling, .signInStepEnded(step, .failure(.refusedClient))),
        ]
        for (var bench, input) in late {
            bench.handle(.reconfigured(bench.machine.policy, other))
            bench.handle(input)
            #expect(bench.status.authority.lastError == nil && bench.status.authority.reachable)
            bench.beginDevice()
            #expect(bench.record.pendingSignIn != nil && bench.record.quietUntil == nil)
        }
    }

    @Test func aReloadThatForbidsWhereItLeadsEndsIt() throws {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        bench.handle(.reconfigured(SessionPolicy(identifierSalt: "salt"), .provider()))
        #expect(bench.record.pendingSignIn != nil)
        bench.handle(
            .reconfigured(SessionPolicy(identifierSalt: "salt"), .provider(redirectURIs: ["https://o.example/"])))
        #expect(bench.record.pendingSignIn == nil && bench.changes.map(\.kind) == [.signInEnded])
    }

    @Test func aReloadThatForbidsWhereItLeadsEndsOneThatIsBeginning() throws {
        var bench = MachineBench.withProvider()
        let first = bench.call(.beginSignIn(BeginSignIn(.browser)))
        let second = bench.call(.beginSignIn(BeginSignIn(.browser)))
        bench.handle(
            .reconfigured(SessionPolicy(identifierSalt: "salt"), .provider(redirectURIs: ["https://o.example/"])))
        bench.endBeginning(.success(MachineBench.browserOffer))
        #expect([first, second].allSatisfy { bench.error(of: $0)?.name == .superseded })
        #expect(bench.record.pendingSignIn == nil && bench.machine.signIns.beginning == nil && bench.changes.isEmpty)
    }

    @Test func anotherProviderEndsIt() {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        var traits = AuthorityTraits.provider()
        traits.binding = Binding(kind: "provider", origin: "https://other.example kiosk")
        bench.handle(.reconfigured(SessionPolicy(), traits))
        #expect(bench.record.pendingSignIn == nil && bench.changes.map(\.kind) == [.uuidChanged, .signInEnded])
    }

    @Test("What one provider has given goes to no other one", arguments: [false, true])
    func whatOneProviderHasGiven(isLate: Bool) throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let next = bench.nextStep()
        let step = try #require(next)
        let issued = bench.granted()
        if !isLate { bench.endStep(.granted(issued)) }
        var traits = AuthorityTraits.provider()
        traits.binding = Binding(kind: "provider", origin: "https://other.example kiosk")
        bench.handle(.reconfigured(SessionPolicy(), traits))
        if isLate { bench.handle(.signInStepEnded(step, .reply(SignInReply(.granted(issued))))) }
        #expect(bench.record.pendingSignIn == nil && bench.record.outbox.isEmpty)
    }

    @Test func whatOneProviderHasRenewedTooLateGoesToNoOtherOne() throws {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        bench.call(.refreshToken)
        let flight = try #require(bench.machine.activities[.client]?.flight)
        var traits = AuthorityTraits.provider()
        traits.binding = Binding(kind: "provider", origin: "https://other.example kiosk")
        bench.handle(.reconfigured(SessionPolicy(), traits))
        bench.handle(.flightEnded(flight.id, .success(bench.granted())))
        #expect(bench.record.client == nil && bench.record.outbox.isEmpty)
    }

    @Test(arguments: [AuthorityFailure.refusedClient, .outage, nil])
    func whoJoinsAfterAReloadWaitsForWhatComesOfTheSettingsSince(late: AuthorityFailure?) throws {
        var bench = MachineBench.withProvider()
        let first = bench.call(.beginSignIn(BeginSignIn()))
        let before = try #require(bench.begun.first)
        bench.handle(.reconfigured(bench.machine.policy, .provider()))
        let second = bench.call(.beginSignIn(BeginSignIn()))
        let anew = try #require(bench.begun.first)
        // Others join that one.
        let third = bench.call(.beginSignIn(BeginSignIn()))
        #expect(anew > before && bench.begun.isEmpty)
        let offer = SignInOffer(.device, MachineBench.deviceOffer.stage, lifetime: .seconds(77))
        bench.handle(.signInBegun(before, late.map { .failure($0) } ?? .success(offer)))
        #expect([first, second, third].allSatisfy { bench.answer(to: $0) == nil })
        #expect(bench.record.pendingSignIn == nil)
        bench.handle(.signInBegun(anew, .success(MachineBench.deviceOffer)))
        #expect(bench.answer(to: first) == .signInRequest(joined: false))
        #expect([second, third].allSatisfy { bench.answer(to: $0) == .signInRequest(joined: true) })
        #expect(bench.record.pendingSignIn?.expiresAt == bench.now.boottime + MachineBench.codeLife)
    }

    @Test func whoMayNotBeginDoesNotHaveItBegunAnew() {
        var bench = MachineBench.withProvider()
        for _ in 0..<5 {
            bench.beginDevice(by: .page)
            bench.call(.cancelSignIn(CancelSignIn(), by: .page))
        }
        let first = bench.call(.beginSignIn(BeginSignIn()))
        bench.handle(.reconfigured(bench.machine.policy, .provider()))
        let second = bench.call(.beginSignIn(BeginSignIn(), by: .page))
        #expect(bench.error(of: second)?.name == .limitExceeded && bench.begun.isEmpty)
        bench.endBeginning(.success(MachineBench.deviceOffer))
        #expect(bench.answer(to: first) == .signInRequest(joined: false))
    }

    @Test func whatWasRefusedToTheSettingsBeforeIsAskedAnewWithThese() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let attempt = try #require(bench.record.pendingSignIn).attempt
        _ = bench.nextStep()
        bench.handle(.reconfigured(bench.machine.policy, bench.machine.traits))
        bench.endStep(.failure(.refusedClient))
        #expect(bench.record.pendingSignIn?.attempt == attempt && bench.status.authority.lastError == nil)
        #expect(bench.machine.nextSignInInstant == bench.now.boottime + MachineBench.interval)
        // And these may be as wrong.
        _ = bench.nextStep()
        bench.endStep(.failure(.refusedClient))
        #expect(bench.record.pendingSignIn == nil && bench.status.authority.lastError == "misconfigured 401")
    }

    @Test func aBrowsersCodeThatWasRefusedToTheSettingsBeforeCanBeHandedInAgain() throws {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let attempt = try #require(bench.record.pendingSignIn).attempt
        let answer = CompleteSignIn(
            attempt: attempt, callbackURL: Secret("\(MachineBench.redirectURI)?code=c&state=the-state"))
        let first = bench.call(.completeSignIn(answer))
        bench.handle(.reconfigured(bench.machine.policy, bench.machine.traits))
        bench.endStep(.failure(.refusedClient))
        #expect(bench.error(of: first)?.name == .authorityUnavailable)
        bench.call(.completeSignIn(answer))
        bench.grant()
        bench.endStep(.identity(CustomerIdentity(subject: "anna")))
        #expect(bench.phase == .signedIn)
    }

    @Test(arguments: [AuthorityFailure.refusedClient, .outage, .rejection])
    func oneThatTheSettingsBeforeDidNotBeginHoldsUpNothing(failure: AuthorityFailure) {
        var bench = MachineBench.withProvider()
        for _ in 0..<6 {
            let id = bench.call(.beginSignIn(BeginSignIn()))
            bench.handle(.reconfigured(bench.machine.policy, bench.machine.traits))
            bench.endBeginning(.failure(failure))
            #expect(bench.error(of: id)?.name == failure.errorName)
            #expect(bench.status.authority.lastError == nil && bench.status.authority.reachable)
        }
        bench.beginDevice()
        #expect(bench.record.pendingSignIn != nil)
    }
}
