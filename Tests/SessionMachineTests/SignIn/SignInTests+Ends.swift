// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What becomes of a sign-in that has begun.
extension SignInTests {
    // MARK: A grant

    @Test func tokensAreStoredBeforeAnythingElseIsAsked() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        _ = bench.nextStep()
        let issued = bench.granted()
        bench.endStep(.granted(issued))
        #expect(bench.durability == .bestEffort && bench.record.pendingSignIn?.stage == .granted(issued))
        #expect(bench.steps.map(\.kind) == [.identify(issued)] && bench.changes.isEmpty)
        // What is stored says the same to the next process.
        bench.restart()
        #expect(bench.record.pendingSignIn?.stage == .granted(issued))
    }

    @Test func whoeverHasAgreedIsSignedIn() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let question = bench.nextStep()
        let attempt = try #require(question).attempt
        bench.grant()
        bench.endStep(.identity(CustomerIdentity(subject: "s", login: "anna", customID: "c")))
        #expect(bench.durability == .required && bench.record.generation == 8)
        #expect(
            bench.changes == [.signedIn(.oauth), .signInEnded(attempt: attempt, .signedIn, because: nil)])
        #expect(bench.status.login == "anna" && bench.status.clientID == "s" && bench.status.state == .signedIn)
        #expect(bench.record.client?.issued.customID == "c" && bench.record.client?.issued.identity == nil)
        #expect(bench.record.pendingSignIn == nil && bench.record.outbox.isEmpty)
    }

    @Test func theSameAccountKeepsItsUUIDAndAnotherDoesNot() {
        var bench = MachineBench.withProvider()
        let first = bench.record.uuid
        bench.signInAtProvider("anna")
        #expect(bench.record.uuid == first)
        bench.call(.signOut(SignOut(), byAdministrator: false))
        bench.signInAtProvider("anna")
        #expect(bench.record.uuid == first)
        bench.call(.signOut(SignOut(), byAdministrator: false))
        for authID in [nil, "anna"] {
            #expect(bench.machine.snapshot(at: bench.now).foretoldUUID(authID: authID) == first)
        }
        bench.signInAtProvider("Anna")
        #expect(bench.record.uuid != first)
    }

    @Test func whoTheyAreIsAskedForTenMinutes() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let question = bench.nextStep()
        let attempt = try #require(question).attempt
        let issued = bench.granted()
        bench.endStep(.granted(issued))
        let since = bench.now.boottime
        var questions = 0
        while bench.record.pendingSignIn != nil {
            questions += 1
            bench.endStep(.failure(AuthorityFailure(.misconfigured, "not found", status: 404)))
            _ = bench.nextStep()
        }
        #expect(bench.changes.contains(.signInEnded(attempt: attempt, .failed, because: .authorityUnavailable)))
        #expect(bench.now.boottime - since == SignInActivity.longestIdentification && questions > 5)
        #expect(bench.record.outbox.map(\.token.issued) == [issued.keptForRevocation(at: bench.now)])
    }

    @Test func whoCannotBeStoredIsTriedAgain() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        _ = bench.nextStep()
        bench.grant()
        let step = try #require(bench.machine.signIns.step)
        let identity = SignInStepResult.identity(CustomerIdentity(subject: "s"))
        var turn = Turn(now: bench.now)
        bench.machine.refuse(.signInStepEnded(step, identity), SessionError(.storeFailed, "full"), &turn)
        #expect(bench.machine.signIns.step == nil && bench.record.pendingSignIn != nil && turn.effects.isEmpty)
        _ = bench.nextStep()
        #expect(bench.machine.signIns.step != nil)
        bench.endStep(identity)
        #expect(bench.phase == .signedIn)
    }

    @Test func whoCannotBeStoredForTenMinutesIsGivenUpForThat() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let question = bench.nextStep()
        let attempt = try #require(question).attempt
        bench.grant()
        while let step = bench.machine.signIns.step {
            var turn = Turn(now: bench.now)
            let identity = SignInStepResult.identity(CustomerIdentity(subject: "s"))
            bench.machine.refuse(.signInStepEnded(step, identity), SessionError(.storeFailed, "full"), &turn)
            _ = bench.nextStep()
        }
        #expect(bench.changes.contains(.signInEnded(attempt: attempt, .failed, because: .storeFailed)))
        #expect(bench.record.pendingSignIn == nil && bench.record.outbox.count == 1)
    }

    // MARK: Something else takes its place

    @Test(arguments: [
        Operation.signOut, .signOutByAdministrator, .signOutWithDestroy, .destroy, .regenerate,
        .regenerateWithIdentifier,
    ])
    func isSupersededByWhatChangesTheCustomer(operation: Operation) throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let question = bench.nextStep()
        let step = try #require(question)
        bench.call(operation.call)
        #expect(bench.changes.contains(.signInEnded(attempt: step.attempt, .superseded, because: nil)))
        // The approval that comes in the same instant signs nobody in, and is given back.
        let issued = bench.granted()
        bench.handle(.signInStepEnded(step, .reply(SignInReply(.granted(issued)))))
        #expect(bench.phase != .signedIn && bench.record.client == nil)
        #expect(bench.record.outbox.map(\.token.issued.secret) == [issued.secret])
        #expect(bench.delivered.count == 1)
    }

    @Test func aGrantThatNobodyCanBeSignedInWithIsGivenBack() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let question = bench.nextStep()
        let attempt = try #require(question).attempt
        let issued = bench.granted()
        bench.endStep(.unusable(issued, .unusable))
        #expect(
            bench.changes == [
                .signInEnded(attempt: attempt, .failed, because: .authorityRejected, saying: "it cannot be used")
            ])
        #expect(bench.status.authority.lastError == "authorityRejected 200" && bench.status.authority.reachable)
        #expect(bench.record.outbox.map(\.token.issued.secret) == [issued.secret])
        #expect(bench.record.pendingSignIn == nil && bench.phase == .none)
    }

    @Test(arguments: [
        SessionCall.regenerate(RegenerateUUID(), by: .page), .destroy(Destroy(), by: .page),
        .signOut(SignOut(), by: .page, byAdministrator: false),
        .signOut(SignOut(mode: .destroy), by: .page, byAdministrator: false),
    ])
    func whatAnotherEndsCountsForNobodyButAmongThoseThatWereBegun(call: SessionCall) {
        var bench = MachineBench.withProvider()
        let limit = SignInActivity.begunLimit.count
        for place in 0..<limit {
            // Also while it is only beginning.
            if place == 0 { bench.call(.beginSignIn(BeginSignIn())) } else { bench.beginDevice() }
            #expect(bench.record.pendingSignIn != nil || place == 0)
            bench.call(call)
        }
        // A sign-in costs a code at the provider, whoever has ended it.
        let late = bench.call(.beginSignIn(BeginSignIn()))
        #expect(bench.error(of: late)?.name == .limitExceeded)
        bench.beginDevice(by: .page)
        #expect(bench.record.pendingSignIn != nil)
    }

    @Test func whatIsDeniedAtTheAuthorityKeepsNobodyWaitingWhoHasBegunIt() {
        var bench = MachineBench.withProvider()
        for _ in 0..<SignInActivity.begunLimit.count {
            bench.beginDevice()
            #expect(bench.record.pendingSignIn != nil)
            _ = bench.nextStep()
            bench.endStep(.denied)
        }
        // A code costs the provider something, whoever has denied it.
        let late = bench.call(.beginSignIn(BeginSignIn()))
        #expect(bench.error(of: late)?.name == .limitExceeded)
    }

    @Test func aDenialOnTheAppsOwnPageCountsForTheApp() throws {
        var bench = MachineBench.withProvider()
        for _ in 0..<5 {
            bench.beginBrowser()
            let attempt = try #require(bench.record.pendingSignIn).attempt
            let url = Secret("\(MachineBench.redirectURI)?error=access_denied&state=the-state")
            bench.call(.completeSignIn(CompleteSignIn(attempt: attempt, callbackURL: url)))
        }
        let late = bench.call(.beginSignIn(BeginSignIn(.browser)))
        #expect(bench.error(of: late)?.name == .limitExceeded)
    }

    @Test func whatItsOwnInitiatorEndsByASignOutCountsForThem() {
        var bench = MachineBench.withProvider()
        for _ in 0..<5 {
            bench.beginDevice()
            bench.call(.signOut(SignOut(), byAdministrator: false))
        }
        let late = bench.call(.beginSignIn(BeginSignIn()))
        #expect(bench.error(of: late)?.name == .limitExceeded)
    }

    @Test func oneThatSignsSomebodyInCountsNotAtAll() {
        var bench = MachineBench.withProvider()
        for _ in 0...SignInActivity.begunLimit.count {
            bench.signInAtProvider()
            #expect(bench.phase == .signedIn)
            bench.call(.signOut(SignOut(), byAdministrator: false))
        }
    }

    @Test func countsForNobodyWhereSomebodyHasSignedInOtherwise() {
        var bench = MachineBench.withProvider()
        for _ in 0..<6 {
            bench.beginDevice(by: .page)
            #expect(bench.record.pendingSignIn != nil)
            var issued = bench.token(.oauth)
            (issued.identity, issued.renewal) = (CustomerIdentity(subject: "eve", login: "eve"), .none)
            bench.call(.authenticate(.token(.standard)))
            bench.endAuthentication(.success(.token(issued)))
            #expect(bench.phase == .signedIn)
            bench.call(.signOut(SignOut(), byAdministrator: false))
        }
    }

    @Test func aGrantWhoseCustomerIsNotKnownYetIsGivenBack() {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        _ = bench.nextStep()
        bench.grant()
        bench.call(.signOut(SignOut(), byAdministrator: false))
        #expect(bench.record.outbox.count == 1 && bench.record.pendingSignIn == nil)
    }

    @Test func whoIsAuthenticatedOtherwiseTakesItsPlace() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let attempt = try #require(bench.record.pendingSignIn?.attempt)
        bench.call(.authenticate(.token(.standard)))
        #expect(bench.record.pendingSignIn != nil)
        var issued = bench.token(.oauth)
        (issued.identity, issued.renewal) = (CustomerIdentity(subject: "eve", login: "eve"), .none)
        bench.endAuthentication(.success(.token(issued)))
        #expect(bench.changes.contains(.signInEnded(attempt: attempt, .superseded, because: nil)))
        #expect(bench.record.login == "eve" && bench.record.pendingSignIn == nil)
    }

    @Test func cancelEndsTheOneThatIsMeant() throws {
        var bench = MachineBench.withProvider()
        let nothing = bench.call(.cancelSignIn(CancelSignIn()))
        #expect(bench.answer(to: nothing) == .cancelledSignIn(false) && bench.changes.isEmpty)
        bench.beginDevice()
        let another = bench.call(.cancelSignIn(CancelSignIn(attempt: "another")))
        #expect(bench.answer(to: another) == .cancelledSignIn(false) && bench.record.pendingSignIn != nil)
        let attempt = try #require(bench.record.pendingSignIn?.attempt)
        let id = bench.call(.cancelSignIn(CancelSignIn(attempt: attempt)))
        #expect(bench.answer(to: id) == .cancelledSignIn(true))
        #expect(bench.changes == [.signInEnded(attempt: attempt, .cancelled, because: nil)])
    }

    @Test func oneThatIsOnlyBeginningCanBeCancelled() {
        var bench = MachineBench.withProvider()
        let first = bench.call(.beginSignIn(BeginSignIn()))
        let number = bench.machine.signIns.beginning?.id ?? 0
        let id = bench.call(.cancelSignIn(CancelSignIn()))
        #expect(bench.answer(to: id) == .cancelledSignIn(true) && bench.error(of: first)?.name == .superseded)
        bench.handle(.signInBegun(number, .success(MachineBench.deviceOffer)))
        #expect(bench.record.pendingSignIn == nil && bench.changes.isEmpty)
    }

    // MARK: Whoever walks away

    @Test func anIdleDeviceEndsItAndATouchDoesNot() {
        var bench = MachineBench.withProvider(kiosk: KioskPolicy(idleTimeout: .seconds(60)))
        bench.beginDevice()
        bench.move(.seconds(50))
        bench.handle(.touched)
        bench.move(.seconds(50))
        bench.handle(.tick)
        #expect(bench.record.pendingSignIn != nil)
        bench.endStep(.waiting(slowDown: false))
        bench.pass(.seconds(10))
        #expect(bench.record.pendingSignIn == nil && bench.changes.map(\.kind) == [.signInEnded])
        #expect(bench.changes.first == bench.changes.first { $0.outcome == .expired })
    }

    @Test func whoWaitsMayLeave() {
        var bench = MachineBench.withProvider()
        let id = bench.call(.beginSignIn(BeginSignIn()))
        bench.handle(.abandon(id, deadlinePassed: false))
        bench.endBeginning(.success(MachineBench.deviceOffer))
        #expect(bench.answer(to: id) == nil && bench.record.pendingSignIn != nil)
    }

    @Test func outlivesARestart() throws {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        let pending = try #require(bench.record.pendingSignIn)
        bench.pass(.seconds(100))
        bench.endStep(.waiting(slowDown: true))
        bench.restart()
        #expect(bench.record.pendingSignIn?.attempt == pending.attempt)
        #expect(bench.record.pendingSignIn?.expiresAt == pending.expiresAt)
        #expect(bench.record.pendingSignIn?.interval == .seconds(10))
        let question = bench.nextStep()
        #expect(question?.kind == .poll(MachineBench.deviceCode))
        let issued = bench.granted()
        bench.endStep(.granted(issued))
        bench.endStep(.identity(CustomerIdentity(subject: "s")))
        #expect(bench.phase == .signedIn)
    }
}

extension SessionChange {
    fileprivate var outcome: SignInOutcome? {
        if case .signInEnded(attempt: _, let outcome, because: _, saying: _) = self { outcome } else { nil }
    }
}

extension IssuedToken {
    /// It as the outbox keeps it.
    func keptForRevocation(at now: Moment) -> IssuedToken {
        Token(self, uuid: CustomerUUID(bytes: [0], version: 4), askedAt: now.boottime).kept(forRevocationAt: now).issued
    }
}
