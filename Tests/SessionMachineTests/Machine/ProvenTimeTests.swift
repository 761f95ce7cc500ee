// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What the wall clock may and may not do after a reboot (docs/behaviour.md, C2, C3, C4).
@Suite(.timeLimit(.minutes(10))) struct ProvenTimeTests {
    private static let day: Int64 = 86_400

    /// Customers who have tokens with half an hour to live, after a reboot with a wall clock that is off.
    private func rebooted(_ state: StartingState, off seconds: Int64) -> MachineBench {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        bench.move(.seconds(1780))
        bench.restart(rebootAt: bench.wall + seconds)
        return bench
    }

    @Test(arguments: [StartingState.signedIn, .simple], [day, 3600])
    func aTokenThatLooksExpiredIsNotGivenOutAndTriedAtOnceAndTheSessionStays(state: StartingState, off: Int64) {
        var bench = rebooted(state, off: off)
        let slot: Slot = state == .signedIn ? .client : .anonymous
        #expect(!bench.record.isTimeProven && bench.machine.expiredMayLive)
        #expect(bench.started.map(\.slot) == [slot] && bench.changes.isEmpty)
        guard case .refresh = bench.started.first?.kind else { return #expect(Bool(false), "it is refreshed") }
        let id = bench.call(.retrieveToken(RetrieveToken()))
        #expect(bench.answer(to: id) == nil && bench.started.isEmpty, "it joins")
        bench.endFlight(slot, .failure(.outage))
        #expect(bench.error(of: id)?.name == .tokenUnavailable)
        #expect(bench.record[slot] != nil && bench.changes == [.authorityState(reachable: false, because: .outage)])
    }

    @Test(arguments: [StartingState.signedIn, .simple])
    func withoutAnAnswerThereIsOneTryPerStepOfTheBackOffWhoeverAsks(state: StartingState) throws {
        var bench = rebooted(state, off: -bench1970)
        bench.restart(rebootAt: 4_000_000_000)
        let slot: Slot = state == .signedIn ? .client : .anonymous
        var tries = bench.started.count
        let end = bench.now.boottime + .seconds(3600)
        while bench.now.boottime < end {
            bench.endFlight(slot, .failure(.outage))
            for _ in 0..<20 {
                bench.call(.retrieveToken(RetrieveToken()))
                tries += bench.started.count
            }
            let next = try #require(bench.machine.nextWakeup(after: bench.now))
            bench.pass(next - bench.now.boottime)
            #expect(bench.started.count == 1)
            tries += 1
        }
        // 1 + 2 + … + 512 s, each times 0.5 to 1, and 15 min from then on.
        #expect((11...19).contains(tries) && bench.record[slot] != nil)
    }

    private var bench1970: Int64 { 1_795_410_000 }

    @Test(arguments: [StartingState.signedIn, .simple])
    func theFirstAnswerWithADateProvesTheTime(state: StartingState) {
        let slot: Slot = state == .signedIn ? .client : .anonymous
        // By a whole day: the token that looks expired lives, half an hour of it.
        var bench = rebooted(state, off: Self.day)
        bench.endFlight(slot, .failure(.outage(at: bench.wall - Self.day)))
        #expect(bench.record.isTimeProven && bench.durability == .bestEffort && bench.changes.count == 1)
        #expect(bench.record[slot]?.remaining(at: bench.now) == .seconds(1800))
        #expect(bench.status.authority.clockSkewSeconds == Self.day)
        let id = bench.call(.retrieveToken(RetrieveToken()))
        #expect(bench.tokenAnswer(to: id) != nil)
    }

    @Test(arguments: [StartingState.signedIn, .simple])
    func theEndByProvenTimeEndsTheSession(state: StartingState) {
        let slot: Slot = state == .signedIn ? .client : .anonymous
        var bench = rebooted(state, off: Self.day)
        bench.endFlight(slot, .failure(.outage(at: bench.wall)))
        #expect(bench.record[slot] == nil && bench.changes.contains(.signedOut(.sessionExpired)))
    }

    @Test func aRejectionOfWhatLooksExpiredIsAnExpiryOnlyWhereThatIsProven() {
        var bench = rebooted(.signedIn, off: Self.day)
        bench.endFlight(.client, .failure(.rejection(at: bench.wall)))
        #expect(bench.changes == [.signedOut(.sessionExpired)])
        bench = rebooted(.signedIn, off: Self.day)
        bench.endFlight(.client, .failure(.rejection(at: bench.wall - Self.day)))
        #expect(bench.changes == [.signedOut(.clientRejected)])
    }

    @Test func aClockThatIsSlowMakesNoTokenLiveLongerThanItsLifetime() {
        var bench = rebooted(.signedIn, off: -Self.day)
        #expect(bench.record.client?.remaining(at: bench.now) == MachineBench.lifetime)
        #expect(bench.record.client?.isEstimated == true)
        let id = bench.call(.refreshToken)
        bench.endFlight(.client, .failure(.outage(at: bench.wall + Self.day)))
        #expect(bench.record.client?.remaining(at: bench.now) == .seconds(1800))
        #expect(bench.error(of: id)?.name == .authorityUnavailable)
        #expect(bench.status.authority.clockSkewSeconds == -Self.day)
    }

    @Test(arguments: [StartingState.anonymous, .simple, .signedIn], [-day, -60, 0])
    func afterAnotherBootATokenThatSeemsToLiveIsReplacedEarly(state: StartingState, off: Int64) {
        let slot: Slot = state == .signedIn ? .client : .anonymous
        for traits in [MachineBench.told, MachineBench.renewing] {
            var bench = MachineBench(in: state, traits: traits)
            bench.restart(rebootAt: bench.wall + off)
            #expect(bench.started.map(\.slot) == [slot] && bench.changes.isEmpty)
            let id = bench.call(.retrieveToken(RetrieveToken()))
            #expect(bench.tokenAnswer(to: id) != nil, "nobody waits for that, where there is no network either")
            bench.land(slot)
            #expect(bench.changes == [.tokenRefreshed] && bench.record[slot]?.isEstimated == false)
            bench.pass(.seconds(60))
            #expect(bench.started.isEmpty, "once")
        }
    }

    @Test func withoutANetworkThatIsTriedAsABackgroundRefreshIsUntilTheTimeIsProven() throws {
        var bench = rebooted(.signedIn, off: -Self.day)
        for _ in 0..<5 {
            #expect(bench.machine.activities[.client]?.flight != nil)
            bench.endFlight(.client, .failure(.outage))
            #expect(bench.status.signedIn && bench.status.tokenState == .stale)
            let next = try #require(bench.machine.nextWakeup(after: bench.now)) - bench.now.boottime
            #expect(next >= .seconds(60) && next <= .seconds(900))
            bench.pass(next)
        }
        bench.endFlight(.client, .failure(.outage(at: bench.wall)))
        #expect(bench.record.isTimeProven && bench.record.client?.isEstimated == false)
        let first = bench.machine.policy.refresh.firstAttempt(for: try #require(bench.record.client))
        #expect(bench.nextAttempt(.client) >= first)
    }

    @Test func aTokenThatDiedWhileTheDeviceWasOffIsFoundOutEarlyByASlowClock() {
        var bench = rebooted(.signedIn, off: 0)
        #expect(bench.phase == .signedIn)
        bench.endFlight(.client, .failure(.rejection(at: bench.wall + Self.day)))
        #expect(bench.changes.contains(.signedOut(.sessionExpired)))
    }

    @Test func aTokenIsNeverReckonedToLiveLongerThanItsLifetime() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.call(.authenticate(.passwordOf(MachineBench.aliceMail)))
        // The authority's word for when it was made makes its life shorter than its end by the clock.
        var token = bench.token(.synerise)
        token.expiresAt = Timestamp(secondsSince1970: bench.wall + 10_000)
        bench.endAuthentication(.success(.token(token)))
        for off in [-Self.day, 0, Self.day] {
            var next = bench
            let wall = next.wall
            next.restart(rebootAt: wall + off)
            next.endFlight(.client, .failure(.outage(at: wall)))
            #expect(next.record.isTimeProven)
            #expect(next.record.client?.remaining(at: next.now) == MachineBench.lifetime)
        }
    }

    @Test func theTokensOfTheOutboxAreReckonedAnewToo() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.restart(rebootAt: bench.wall + Self.day)
        bench.endFlight(.failure(.outage(at: bench.wall - Self.day)))
        let entry = bench.record.outbox.first
        #expect(bench.record.isTimeProven && entry?.token.isEstimated == false)
        #expect(entry?.token.remaining(at: bench.now) == MachineBench.lifetime)
    }

    @Test func theClockIn1970AndNoNetworkLoseNothing() {
        var bench = rebooted(.signedIn, off: 0)
        bench.restart(rebootAt: 0)
        #expect(bench.phase == .signedIn && bench.changes.isEmpty)
        bench.pass(MachineBench.lifetime)
        #expect(bench.record.client != nil && bench.changes.isEmpty, "nobody knows what time it is")
        bench.endFlight(.client, .failure(.outage(at: 1_795_411_000)))
        #expect(bench.record.client != nil, "by the authority's time it still lives")
    }

    @Test func aTokenOfThisBootIsNotReckonedAnew() {
        var bench = rebooted(.signedIn, off: Self.day)
        bench.land(.client)
        let end = bench.record.client?.expiresBoottime
        #expect(!bench.record.isTimeProven, "an answer without a date proves nothing")
        bench.pass(.seconds(60))
        bench.call(.refreshToken)
        bench.endFlight(.client, .failure(.outage(at: bench.wall - Self.day)))
        #expect(bench.record.isTimeProven && bench.record.client?.expiresBoottime == end)
    }

    @Test(arguments: [0, 1_700_000_000, 4_102_444_800] as [Int64])
    func aDateThatCannotBeProvesNothing(date: Int64) {
        var bench = rebooted(.signedIn, off: Self.day)
        bench.endFlight(.client, .failure(.outage(at: date)))
        #expect(!bench.record.isTimeProven && bench.status.authority.clockSkewSeconds == nil)
        #expect(bench.record.client != nil)
    }

    @Test func timeIsProvenForOneBoot() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.restart()
        #expect(bench.record.isTimeProven && bench.record.client?.isEstimated == false)
        bench.restart(rebootAt: bench.wall)
        #expect(!bench.record.isTimeProven && bench.record.client?.isEstimated == true)
        bench.pass(.seconds(1))
        bench.restart()
        #expect(bench.record.client?.isEstimated == true, "a restart proves nothing either")
    }

    @Test func aSignInsAnswerProvesTheTimeToo() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.restart(rebootAt: bench.wall + Self.day)
        bench.call(.authenticate(.passwordOf("a@b")))
        var token = bench.token(.synerise)
        token.serverTime = Timestamp(secondsSince1970: bench.wall - Self.day)
        bench.endAuthentication(.success(.token(token)))
        #expect(bench.record.isTimeProven && bench.record.anonymous?.isExpired(at: bench.now) == false)
        #expect(bench.status.authority.clockSkewSeconds == Self.day)
    }

    @Test func whileAsleepTokensGrowOld() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.move(.seconds(3600 * 8))
        bench.handle(.networkReturned)
        #expect(bench.changes == [.signedOut(.sessionExpired)] && bench.phase == .expired)
        #expect(bench.started.map(\.kind) == [.login], "the anonymous session goes on")
    }

    @Test func whileAsleepInTheWindowTheRefreshIsMadeOnce() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.move(.seconds(3000))
        bench.handle(.networkReturned)
        #expect(bench.started.map(\.slot) == [.client])
        bench.pass(.seconds(1))
        #expect(bench.started.isEmpty)
    }
}
