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
        var answers = 0
        let since = bench.now.boottime
        while bench.phase == .signedIn, answers < 100 {
            bench.pass(max(bench.nextAttempt(.client) - bench.now.boottime, .zero))
            bench.endFlight(.client, .failure(.mayBeNo))
            answers += 1
        }
        #expect(answers >= 3 && bench.now.boottime - since >= .seconds(3600) && bench.phase == .expired)
    }

    @Test func whatMayBeANoIsCountedOnOverARestart() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        for _ in 0..<2 {
            bench.refuseInDoubt()
            bench.pass(.seconds(1_800))
            bench.restart()
        }
        #expect(bench.phase == .signedIn)
        bench.refuseInDoubt()
        #expect(bench.changes.contains(.signedOut(.sessionExpired)) && bench.record.client == nil)
    }

    @Test func theTimeThatADeviceWasOffMakesNothingANo() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        for _ in 0..<4 {
            bench.refuseInDoubt()
            bench.pass(.seconds(60))
            // The clock may have been wrong before, or be now.
            bench.restart(rebootAt: bench.wall + 86_400)
        }
        #expect(bench.phase == .signedIn && bench.record.client?.doubt != nil)
    }

    @Test func whatWasSaidToOtherSettingsMakesNothingANo() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        for _ in 0..<2 {
            bench.refuseInDoubt()
            bench.pass(.seconds(1_800))
        }
        bench.handle(.reconfigured(bench.machine.policy, bench.machine.traits))
        #expect(bench.record.client?.doubt == nil && bench.durability == .bestEffort)
        bench.refuseInDoubt()
        #expect(bench.phase == .signedIn)
    }

    @Test func aTokenThatWasGivenLeavesNoDoubt() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        for _ in 0..<2 { bench.refuseInDoubt() }
        bench.pass(.seconds(3_600))
        bench.askAnew()
        let issued = bench.granted()
        bench.endFlight(.client, .success(issued))
        bench.pass(.seconds(20))
        bench.refuseInDoubt()
        #expect(bench.phase == .signedIn && bench.record.client?.issued == issued)
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
            if let id = bench.machine.delivering?.entry { bench.handle(.deliveryEnded(id, .failure(.outage))) }
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

extension MachineBench {
    /// The client token is asked for by whoever wants it now.
    fileprivate mutating func askAnew() {
        if machine.activities[.client]?.flight == nil { call(.refreshToken) }
        let flight = machine.activities[.client]?.flight
        #expect(flight != nil)
    }

    /// The provider answers a refresh in a way that may be a no.
    fileprivate mutating func refuseInDoubt() {
        pass(max(machine.pauses.askable(.token(.client)) - now.boottime, .zero))
        askAnew()
        endFlight(.client, .failure(.mayBeNo))
    }
}

extension AuthorityFailure {
    /// A no, perhaps.
    fileprivate static let mayBeNo = {
        var failure = AuthorityFailure(.unavailable, "nothing at all", status: 400)
        failure.mayBeRejection = true
        return failure
    }()
}
