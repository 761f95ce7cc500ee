// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct EndOfSessionTests {
    @Test(arguments: [MachineBench.ending, MachineBench.renewing])
    func aRejectedClientRefreshEndsTheSession(traits: AuthorityTraits) {
        var bench = MachineBench(in: .signedIn, traits: traits)
        let before = bench.record
        let id = bench.call(.refreshToken)
        bench.endFlight(.client, .failure(.rejection))
        #expect(bench.changes == [.signedOut(.clientRejected)] && bench.durability == .bestEffort)
        #expect(bench.error(of: id)?.name == .sessionExpired)
        #expect(bench.phase == .expired && bench.record.endedBecause == .clientRejected)
        #expect(bench.record.client == nil && bench.record.login == nil)
        #expect(bench.record.generation == before.generation + 1)
        #expect(bench.record.uuid == before.uuid && bench.record.customEmail == before.customEmail)
        #expect(bench.record.anonymous == before.anonymous)
    }

    @Test func aRejectedRefreshOfAnExpiredClientTokenIsAnExpiry() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.renewing)
        bench.pass(MachineBench.lifetime)
        #expect(bench.phase == .signedIn && bench.status.tokenState == .expired)
        bench.endFlight(.client, .failure(.rejection))
        #expect(bench.changes == [.signedOut(.sessionExpired)])
        #expect(bench.record.endedBecause == .sessionExpired)
    }

    @Test func aRejectedSimpleTokenEndsSimpleAuthentication() {
        var bench = MachineBench(in: .simple)
        let before = bench.record
        bench.call(.refreshToken)
        bench.endFlight(.anonymous, .failure(.rejection))
        #expect(bench.changes == [.signedOut(.clientRejected)])
        #expect(bench.record.anonymous == nil && bench.record.generation == before.generation + 1)
        #expect(bench.record.uuid == before.uuid && bench.record.endedBecause == nil)
        #expect(bench.started.map(\.kind) == [.login])
    }

    @Test func aRejectedAnonymousTokenIsReplacedByOneNewLogin() {
        var bench = MachineBench(in: .anonymous)
        let before = bench.record
        let id = bench.call(.refreshToken)
        bench.endFlight(.anonymous, .failure(.rejection))
        #expect(bench.started.map(\.kind) == [.login])
        #expect(bench.record.anonymous == nil && bench.record.generation == before.generation)
        #expect(bench.changes.isEmpty && bench.answer(to: id) == nil)
        bench.endFlight(.anonymous, .failure(.rejection))
        #expect(bench.started.isEmpty, "once")
        #expect(bench.error(of: id)?.name == .tokenUnavailable)
    }

    @Test(arguments: [TokenOrigin.unknown, .incognito])
    func aRejectedTokenOfAnotherOriginInTheAnonymousSlotIsReplacedByOneNewLogin(origin: TokenOrigin) {
        var bench = MachineBench(in: .anonymous)
        let generation = bench.record.generation
        bench.call(.refreshToken)
        bench.endFlight(.success(bench.token(origin)))
        bench.pass(SlotActivity.recently)
        bench.call(.refreshToken)
        bench.endFlight(.failure(.rejection))
        #expect(bench.started.map(\.kind) == [.login])
        #expect(bench.record.anonymous == nil && bench.record.generation == generation)
    }

    @Test func theNewLoginAnswersWhoWaitedForTheRefresh() {
        var bench = MachineBench(in: .anonymous)
        let id = bench.call(.refreshToken)
        bench.endFlight(.anonymous, .failure(.rejection))
        bench.land()
        guard case .facts(let facts) = bench.answer(to: id) else { return #expect(Bool(false), "no facts") }
        #expect(facts.origin == .anonymous && !facts.stale)
    }

    @Test(arguments: [AuthorityFailure.outage, AuthorityFailure(.unsupported, "cannot")])
    func nothingElseEndsASession(failure: AuthorityFailure) {
        var bench = MachineBench(in: .signedIn)
        let before = bench.record
        bench.call(.refreshToken)
        bench.endFlight(.client, .failure(failure))
        // No more than the note of the flight is taken back.
        #expect(bench.record.untold == before.untold && bench.durability == .bestEffort)
        #expect(bench.phase == .signedIn)
    }

    @Test func aSessionThatCannotBeRenewedEndsInTime() {
        var bench = MachineBench(in: .signedIn)
        bench.pass(MachineBench.lifetime - .seconds(20) - .milliseconds(1))
        #expect(bench.phase == .signedIn)
        #expect(bench.machine.nextWakeup(after: bench.now) == bench.now.boottime + .milliseconds(1))
        bench.pass(.milliseconds(1))
        #expect(bench.changes == [.signedOut(.sessionExpired)] && bench.durability == .bestEffort)
        #expect(bench.phase == .expired && bench.record.login == nil)
        bench.pass(.seconds(1))
        #expect(bench.changes.isEmpty, "told once")
    }

    @Test func simpleAuthenticationThatCannotBeRenewedEndsInTime() {
        var bench = MachineBench(in: .simple)
        bench.pass(MachineBench.lifetime)
        #expect(bench.changes == [.signedOut(.sessionExpired)])
        #expect(bench.record.anonymous == nil && bench.phase == .none)
    }

    @Test func theWallClockEndsNothing() {
        var bench = MachineBench(in: .signedIn)
        let jumped = Moment(boottime: bench.now.boottime, wall: Timestamp(secondsSince1970: 3_000_000_000))
        var turn = Turn(now: jumped)
        bench.machine.handle(.tick, &turn)
        #expect(bench.record.client != nil && turn.effects.isEmpty)
    }

    @Test(arguments: Operation.authentications + [.regenerate])
    func expiryCountsAtTheMomentOfAsking(operation: Operation) {
        for state in [StartingState.signedIn, .simple] {
            var bench = MachineBench(in: state)
            bench.move(MachineBench.lifetime)
            let generation = bench.record.generation
            let id = bench.call(operation.call)
            #expect(bench.error(of: id) == nil)
            #expect(bench.changes.first == .signedOut(.sessionExpired))
            #expect(bench.record.generation == generation + (operation == .regenerate ? 2 : 1))
        }
    }

    @Test func aTokenThatRanOutIsRenewedWhereTheAuthorityDoesThat() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.renewing)
        let generation = bench.record.generation
        bench.pass(MachineBench.lifetime * 10)
        #expect(bench.started.map(\.slot) == [.client] && bench.changes.isEmpty)
        bench.land(.client)
        #expect(bench.phase == .signedIn && bench.record.generation == generation)
    }

    @Test func anExpiredAnonymousTokenIsReplacedByALogin() {
        for traits in [MachineBench.ending, MachineBench.renewing] {
            var bench = MachineBench(in: .anonymous, traits: traits)
            bench.pass(MachineBench.lifetime)
            #expect(bench.started.map(\.kind) == [.login])
        }
    }
}

extension EndOfSessionTests {
    @Test func theEndWhileTheAuthorityIsAwayIsNoReasonToAskItFaster() throws {
        var bench = MachineBench(in: .signedIn)
        let end = try #require(bench.record.client).expiresBoottime
        bench.pass(bench.nextAttempt(.client) - bench.now.boottime)
        var failures = 0
        while bench.record.client != nil {
            if bench.machine.activities[.client]?.flight != nil {
                failures += 1
                bench.endFlight(.client, .failure(.outage))
            }
            bench.pass(try #require(bench.machine.nextWakeup(after: bench.now)) - bench.now.boottime)
        }
        #expect(bench.changes == [.signedOut(.sessionExpired)] && bench.now.boottime == end && failures > 4)
        // What is left of the anonymous slot's token is not older than the client's: it is asked for anew.
        while bench.started.isEmpty {
            bench.pass(try #require(bench.machine.nextWakeup(after: bench.now)) - bench.now.boottime)
        }
        bench.endFlight(.anonymous, .failure(.outage))
        let next = bench.nextAttempt(.anonymous) - bench.now.boottime
        #expect(next >= .seconds(1 << failures) / 2)
    }
}
