// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What becomes of those who wait when their flight is dropped, and of refreshes that are asked for.
@Suite(.timeLimit(.minutes(10))) struct WaiterJudgementTests {
    private let fresh = SessionCall.retrieveToken(RetrieveToken(minimumValiditySeconds: 3000))

    @Test func whoWaitedForTheLastCustomersTokenGetsTheNextOnes() {
        var bench = MachineBench(in: .anonymous)
        bench.move(.seconds(700))
        let id = bench.call(fresh)
        bench.call(Operation.regenerate.call)
        #expect(bench.answer(to: id) == nil && bench.started.map(\.kind) == [.login])
        bench.land()
        #expect(bench.tokenAnswer(to: id)?.facts.uuid == bench.record.uuid)
    }

    @Test func whoDemandedASignedInCustomerIsToldThatNobodyIsAnyLonger() {
        var bench = MachineBench(in: .signedIn)
        bench.move(.seconds(700))
        let id = bench.call(
            .retrieveToken(RetrieveToken(minimumValiditySeconds: 3000, requireSignedIn: true)))
        bench.call(Operation.signOut.call)
        #expect(bench.error(of: id)?.name == .notSignedIn)
    }

    @Test func whoWaitedForTheClientTokenGetsTheAnonymousOneAfterASignOut() {
        var bench = MachineBench(in: .signedIn)
        bench.move(.seconds(300))
        let id = bench.call(.retrieveToken(RetrieveToken(minimumValiditySeconds: 3400)))
        bench.call(Operation.signOut.call)
        #expect(bench.answer(to: id) == nil && bench.started.map(\.slot) == [.anonymous])
        bench.land()
        #expect(bench.tokenAnswer(to: id)?.facts.origin == .anonymous)
    }

    @Test func whoWaitedForTheAnonymousTokenGetsTheClientsAfterASignIn() {
        var bench = MachineBench(in: .none)
        let id = bench.call(.retrieveToken(RetrieveToken()))
        bench.authenticate(.passwordOf("bob@x"))
        #expect(bench.tokenAnswer(to: id)?.facts.origin == .synerise)
    }

    @Test(arguments: [0, 9])
    func aRefreshSoonAfterAnotherAnswersWithThatOne(seconds: Int) throws {
        var bench = MachineBench(in: .signedIn)
        bench.call(.refreshToken)
        bench.land(.client)
        bench.move(.seconds(seconds))
        let id = bench.call(.refreshToken)
        #expect(bench.started.isEmpty)
        guard case .facts(let facts) = bench.answer(to: id) else { return #expect(Bool(false), "no facts") }
        #expect(facts.expiresInSeconds == 3600 - Int64(seconds))
    }

    @Test func aRefreshTenSecondsAfterAnotherIsANewOne() {
        var bench = MachineBench(in: .signedIn)
        bench.call(.refreshToken)
        bench.land(.client)
        bench.move(.seconds(10))
        bench.call(.refreshToken)
        #expect(bench.started.count == 1)
    }

    @Test func aRefreshWithoutATokenIsRefused() {
        var bench = MachineBench(in: .none)
        let id = bench.call(.refreshToken)
        #expect(bench.error(of: id)?.name == .tokenUnavailable && bench.started.isEmpty)
    }

    @Test func aRefreshWithoutATokenSaysWhyThereIsNone() {
        var bench = MachineBench(in: .none)
        bench.call(.retrieveToken(RetrieveToken()))
        bench.endFlight(.anonymous, .failure(.outage))
        let id = bench.call(.refreshToken)
        let error = bench.error(of: id)
        #expect(error?.name == .tokenUnavailable && bench.started.isEmpty)
        #expect(error?.message == "there is no token: \(AuthorityFailure.outage.message)")
    }

    @Test func aRefreshDuringBackOffIsRefused() {
        var bench = MachineBench(in: .signedIn)
        bench.call(.refreshToken)
        bench.endFlight(.client, .failure(.outage))
        let id = bench.call(.refreshToken)
        let error = bench.error(of: id)
        #expect(error?.name == .authorityUnavailable && bench.started.isEmpty)
        let cause = AuthorityFailure.outage.message
        #expect(error?.message == "the authority could not be asked for a new token: \(cause)")
    }

    @Test func aRefreshOfASessionThatEndsMeanwhileSaysSo() {
        var bench = MachineBench(in: .signedIn)
        bench.move(.seconds(3500))
        let id = bench.call(.refreshToken)
        bench.pass(.seconds(100))
        #expect(bench.error(of: id)?.name == .sessionExpired)
    }

    @Test(arguments: [true, false])
    func whoGoesAwayLeavesTheFlightToTheOthers(deadlinePassed: Bool) {
        var bench = MachineBench(in: .none)
        let (gone, waiting) = (bench.call(fresh), bench.call(fresh))
        bench.handle(.abandon(gone, deadlinePassed: deadlinePassed))
        #expect(bench.effects.isEmpty)
        bench.land()
        #expect(bench.answer(to: gone) == nil && bench.tokenAnswer(to: waiting) != nil)
    }

    @Test func theFlightGoesOnWhenEverybodyHasGone() {
        var bench = MachineBench(in: .none)
        let id = bench.call(fresh)
        bench.handle(.abandon(id, deadlinePassed: true))
        bench.land()
        #expect(bench.phase == .anonymous)
    }

    @Test func atMostSoManyLoginsAMinuteAreMade() {
        let traits = AuthorityTraits(binding: MachineBench.binding, anonymousLoginsPerMinute: 10)
        var bench = MachineBench(traits: traits)
        for _ in 0..<10 {
            let id = bench.call(fresh)
            #expect(bench.answer(to: id) == nil)
            bench.move(.seconds(1))
            bench.call(Operation.regenerate.call)
        }
        #expect(bench.machine.loginTimes.count == 10)
        bench.machine.waiters = []
        bench.call(Operation.regenerate.call)
        let refused = bench.call(fresh)
        #expect(bench.error(of: refused)?.name == .tokenUnavailable && bench.started.isEmpty)
        #expect(bench.error(of: refused)?.details == [JSONMember("cause", .string("limitExceeded"))])
        #expect((48...50).contains(bench.error(of: refused)?.retryAfterSeconds ?? 0))
        bench.pass(.seconds(49))
        #expect(bench.started.isEmpty)
        bench.pass(.seconds(1))
        #expect(bench.started.map(\.kind) == [.login])
    }
}
