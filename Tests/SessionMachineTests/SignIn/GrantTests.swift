// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct GrantTests {
    private func renewed(_ bench: inout MachineBench, _ lifetime: Duration = .seconds(300)) {
        let issued = bench.granted(lifetime)
        bench.endFlight(.client, .success(issued))
    }

    @Test func thirtyMinutesWithoutTheAuthoritySignNobodyOut() throws {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        let generation = bench.record.generation
        for _ in 0..<180 {
            bench.pass(.seconds(10))
            if bench.machine.activities[.client]?.flight != nil { bench.endFlight(.client, .failure(.outage)) }
            #expect(bench.phase == .signedIn && bench.record.generation == generation)
        }
        #expect(bench.status.tokenState == .expired && bench.status.state == .signedIn)
        let id = bench.call(.retrieveToken(RetrieveToken(allowStale: true)))
        if bench.answer(to: id) == nil { bench.endFlight(.client, .failure(.outage)) }
        #expect(bench.error(of: id)?.name == .authorityUnavailable)
        // As soon as it is back.
        bench.pass(max(bench.nextAttempt(.client) - bench.now.boottime, .zero))
        renewed(&bench)
        #expect(bench.status.tokenState == .valid && bench.record.generation == generation)
    }

    @Test func whoeverAsksAllTheTimeHasATokenWithinHalfAMinute() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        let (begin, outage) = (bench.now.boottime, Duration.seconds(1800))
        var (requests, answered) = (0, Duration.zero)
        while answered == .zero, bench.now.boottime < begin + outage * 2 {
            bench.pass(.seconds(1))
            let id = bench.call(.retrieveToken(RetrieveToken(minimumValiditySeconds: 200)))
            guard bench.machine.activities[.client]?.flight != nil else { continue }
            if bench.now.boottime < begin + outage {
                requests += 1
                bench.endFlight(.client, .failure(.outage))
            } else {
                renewed(&bench)
                if bench.tokenAnswer(to: id) != nil { answered = bench.now.boottime }
            }
        }
        #expect(answered - begin - outage <= .seconds(30), "\(answered - begin - outage)")
        #expect((1...140).contains(requests), "\(requests)")
    }

    @Test func theSessionEndsWithItsGrant() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider(grantLifetime: .seconds(1800))
        bench.machine.record.isTimeProven = true
        bench.pass(.seconds(1799))
        #expect(bench.phase == .signedIn)
        bench.pass(.seconds(1))
        #expect(bench.changes.contains(.signedOut(.sessionExpired)) && bench.phase == .expired)
        let id = bench.call(.retrieveToken(RetrieveToken()))
        #expect(bench.error(of: id)?.name == .sessionExpired)
    }

    @Test func withoutAGrantItEndsWithItsToken() {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        _ = bench.nextStep()
        var issued = bench.token(.oauth, lifetime: .seconds(300))
        issued.renewal = .none
        bench.endStep(.granted(issued))
        bench.endStep(.identity(CustomerIdentity(subject: "s")))
        bench.machine.record.isTimeProven = true
        bench.pass(.seconds(299))
        #expect(bench.phase == .signedIn && bench.started.isEmpty)
        let refused = bench.call(.refreshToken)
        #expect(bench.error(of: refused)?.name == .tokenUnavailable && bench.started.isEmpty)
        let tooLong = bench.call(.retrieveToken(RetrieveToken(minimumValiditySeconds: 60)))
        #expect(bench.error(of: tooLong)?.name == .minimumValidityImpossible)
        bench.pass(.seconds(1))
        #expect(bench.phase == .expired)
    }

    @Test func nobodyHasATokenWhoIsNotSignedIn() throws {
        var bench = MachineBench.withProvider()
        bench.pass(.seconds(10_000))
        #expect(bench.started.isEmpty && bench.phase == .none)
        let id = bench.call(.retrieveToken(RetrieveToken()))
        let error = try #require(bench.error(of: id))
        #expect(error.name == .notSignedIn && error.hint?.contains("session.beginSignIn") == true)
        #expect(bench.started.isEmpty)
    }

    @Test func arefusalOfTheGrantEndsTheSession() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        bench.call(.refreshToken)
        bench.endFlight(.client, .failure(.rejection))
        #expect(bench.changes.contains(.signedOut(.clientRejected)) && bench.phase == .expired)
    }

    @Test func aNoThatMayBeSomebodyElsesCountsWhenItIsSaidForLongEnough() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        var doubt = AuthorityFailure(.unavailable, "nothing at all", status: 400)
        doubt.mayBeRejection = true
        var answers = 0
        let since = bench.now.boottime
        while bench.phase == .signedIn, answers < 100 {
            bench.pass(max(bench.nextAttempt(.client) - bench.now.boottime, .zero))
            bench.endFlight(.client, .failure(doubt))
            answers += 1
        }
        #expect(answers >= 3 && bench.now.boottime - since >= .seconds(3600) && bench.phase == .expired)
    }

    @Test func aClientThatIsWrongEndsNothing() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        let id = bench.call(.refreshToken)
        bench.endFlight(
            .client, .failure(AuthorityFailure(.misconfigured, "invalid_client", status: 401)))
        #expect(bench.error(of: id)?.name == .authorityUnavailable && bench.phase == .signedIn)
        #expect(bench.status.authority.lastError == "misconfigured 401" && bench.status.authority.reachable)
        #expect(bench.nextAttempt(.client) == bench.now.boottime + .seconds(900))
        // Whoever has put it right does not wait for that.
        bench.handle(.reconfigured(bench.machine.policy, bench.machine.traits))
        let again = bench.call(.refreshToken)
        #expect(bench.error(of: again) == nil)
    }

    @Test func anAnswerForSomebodyElseEndsTheSessionAndIsGivenBack() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        let before = bench.record.client?.issued.secret
        bench.call(.refreshToken)
        var issued = bench.granted()
        issued.isOfAnotherAccount = true
        bench.endFlight(.client, .success(issued))
        #expect(bench.changes.contains(.signedOut(.securityException)) && bench.record.client == nil)
        #expect(Set(bench.record.outbox.map(\.token.issued.secret)) == Set([issued.secret, before].compactMap(\.self)))
    }

    @Test func whatIsRenewedAfterTheSignOutIsGivenBack() throws {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        bench.call(.refreshToken)
        let flight = try #require(bench.machine.activities[.client]?.flight)
        let id = bench.call(.signOut(SignOut(), byAdministrator: false))
        #expect(bench.fate(of: id) == .queued)
        let issued = bench.granted()
        bench.handle(.flightEnded(flight.id, .success(issued)))
        #expect(bench.record.client == nil && bench.record.outbox.map(\.token.issued.secret).contains(issued.secret))
    }

    @Test func whatIsToBeGivenBackIsKeptForAMonth() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        bench.call(.signOut(SignOut(), byAdministrator: false))
        let month = Duration.seconds(30 * 86_400)
        while bench.record.outbox.count == 1, bench.now.boottime < month * 2 {
            bench.machine.record.isTimeProven = true
            if let id = bench.machine.delivering { bench.handle(.deliveryEnded(id, .failure(.outage))) }
            bench.pass(.seconds(6 * 3600))
        }
        #expect(bench.now.boottime >= month && bench.now.boottime < month + .seconds(86_400))
    }

    @Test func theGrantAndItsEndOutliveARestartAndAReboot() throws {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider(grantLifetime: .seconds(1800))
        let token = try #require(bench.record.client)
        bench.restart()
        #expect(bench.record.client == token)
        bench.restart(rebootAt: bench.wall + 100)
        let rebooted = try #require(bench.record.client)
        #expect(rebooted.issued == token.issued && rebooted.isEstimated)
        #expect(rebooted.grantEndsBoottime == bench.now.boottime + .seconds(1700))
    }

    @Test func anIdleGrantIsCheckedSoOften() {
        var bench = MachineBench.withProvider()
        bench.machine.traits.checkInterval = .seconds(60)
        bench.signInAtProvider(lifetime: .seconds(3600))
        let asked = bench.now.boottime
        bench.handle(.tick)
        #expect(bench.nextAttempt(.client) <= asked + .seconds(60))
    }

    @Test func aProfileThatIsRefusedAsksTheGrantAndEndsNothing() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        let id = bench.call(.profile)
        bench.handle(.profileEnded(id, .failure(AuthorityFailure(.rejected, "no", status: 401))))
        #expect(bench.error(of: id)?.name == .authorityRejected && bench.phase == .signedIn)
        #expect(bench.started.map(\.slot) == [.client])
    }

    @Test func whatItSaysOfItselfIsAskedAtAStartAndAReload() {
        var traits = AuthorityTraits.provider()
        traits.needsPreparation = true
        var bench = MachineBench(traits: traits)
        bench.handle(.tick)
        #expect(bench.effects.contains(.prepareAuthority))
        bench.handle(.preparationEnded(.failure(.outage)))
        #expect(bench.status.authority.reachable == false)
        let next = bench.machine.nextPreparation.map { bench.now.wallClock(at: $0) }
        #expect(next != nil && bench.status.authority.nextAttemptAt == next)
        bench.pass(.seconds(2))
        #expect(bench.effects.contains(.prepareAuthority))
        bench.handle(.preparationEnded(.success(nil)))
        #expect(bench.status.authority.reachable && bench.machine.nextPreparation == nil)
        bench.handle(.reconfigured(bench.machine.policy, traits))
        #expect(bench.effects.contains(.prepareAuthority))
    }

    @Test func whatItSaysOfItselfTakesBackNothingThatItHasRefused() {
        var traits = AuthorityTraits.provider()
        traits.needsPreparation = true
        var bench = MachineBench(traits: traits)
        bench.handle(.tick)
        // The client is refused while the document is read, which was begun before.
        bench.call(.beginSignIn(BeginSignIn()))
        bench.endBeginning(.failure(.refusedClient))
        bench.handle(.preparationEnded(.success(nil)))
        #expect(bench.status.authority.lastError == "misconfigured 401" && bench.status.authority.reachable)
        // What is wrong with the document itself is over when that is right.
        bench.handle(.reconfigured(bench.machine.policy, traits))
        #expect(bench.status.authority.lastError == nil)
        bench.handle(
            .preparationEnded(.failure(AuthorityFailure(.misconfigured, "another issuer", about: .metadata))))
        #expect(bench.status.authority.lastError == "misconfigured")
        bench.pass(.seconds(60))
        bench.handle(.preparationEnded(.success(nil)))
        #expect(bench.status.authority.lastError == nil)
    }

    @Test func aWrongCodeIsNothingThatIsWrongWithTheAuthority() throws {
        var bench = MachineBench.withProvider()
        bench.beginBrowser()
        let attempt = try #require(bench.record.pendingSignIn).attempt
        let url = Secret("\(MachineBench.redirectURI)?code=wrong&state=the-state")
        let id = bench.call(.completeSignIn(CompleteSignIn(attempt: attempt, callbackURL: url)))
        bench.endStep(.failure(AuthorityFailure(.rejected, "the provider said no", status: 400)))
        #expect(bench.error(of: id)?.message == "the sign-in has ended: the provider said no")
        #expect(bench.status.authority.lastError == nil && bench.status.authority.lastAnsweredAt != nil)
    }
}
