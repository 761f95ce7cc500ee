// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct WaiterTests {
    private let fresh = SessionCall.retrieveToken(RetrieveToken(minimumValiditySeconds: 3000))

    @Test(arguments: [StartingState.none, .anonymous, .simple, .signedIn])
    func manyWaitersShareOneFlight(state: StartingState) {
        var bench = MachineBench(in: state)
        bench.move(.seconds(700))
        var ids: [CallID] = []
        var flights = 0
        for number in 0..<20 {
            let call = number.isMultiple(of: 2) || state == .none ? fresh : .refreshToken
            ids.append(bench.call(call))
            flights += bench.started.count
            #expect(bench.answer(to: ids[number]) == nil)
        }
        #expect(flights == 1)
        bench.land(state == .signedIn ? .client : .anonymous)
        #expect(ids.allSatisfy { bench.answer(to: $0) != nil && bench.error(of: $0) == nil })
        #expect(bench.machine.waiters.isEmpty)
    }

    @Test func aTokenThatLivesLongEnoughIsGivenAtOnce() {
        var bench = MachineBench(in: .signedIn)
        bench.move(.seconds(580))
        let id = bench.call(fresh)
        #expect(bench.tokenAnswer(to: id)?.facts.expiresInSeconds == 3000)
        #expect(bench.tokenAnswer(to: id)?.facts.origin == .synerise)
        #expect(bench.tokenAnswer(to: id)?.facts.stale == false)
        #expect(bench.started.isEmpty)
    }

    @Test func aNewTokenThatLivesTooShortIsImpossible() {
        var bench = MachineBench(in: .anonymous)
        let id = bench.call(.retrieveToken(RetrieveToken(minimumValiditySeconds: 3601, allowStale: true)))
        #expect(bench.started.count == 1)
        bench.land()
        let error = bench.error(of: id)
        #expect(error?.name == .minimumValidityImpossible)
        #expect(error?.details.first { $0.name == "maximumSeconds" }?.value.integer == 3600)
    }

    @Test(arguments: [true, false])
    func aFailedFlightGivesTheOldTokenWhereThatIsWelcome(allowStale: Bool) {
        var bench = MachineBench(in: .signedIn)
        bench.move(.seconds(700))
        let id = bench.call(
            .retrieveToken(RetrieveToken(minimumValiditySeconds: 3000, allowStale: allowStale)))
        bench.endFlight(.client, .failure(.outage))
        #expect((bench.tokenAnswer(to: id)?.facts.stale == true) == allowStale)
        #expect((bench.error(of: id)?.name == .authorityUnavailable) == !allowStale)
        #expect(bench.status.tokenState == .stale)
    }

    @Test func aThousandCallersAskNoMoreThanNone() {
        var (bench, quiet) = (MachineBench(in: .anonymous), MachineBench(in: .anonymous))
        bench.move(.seconds(700))
        quiet.move(.seconds(700))
        bench.call(fresh)
        quiet.call(fresh)
        bench.endFlight(.failure(.outage))
        quiet.endFlight(.failure(.outage))
        var flights = 0
        for _ in 0..<1000 {
            let id = bench.call(fresh)
            flights += bench.started.count
            #expect(bench.error(of: id)?.name == .authorityUnavailable)
            #expect(bench.error(of: id)?.retryAfterSeconds == 1)
        }
        #expect(flights == 0)
        #expect(bench.machine.activities == quiet.machine.activities)
    }

    @Test func backOffDoublesForWhoWaits() throws {
        var bench = MachineBench()
        bench.pass(.seconds(1))
        for failures in 1...14 {
            bench.endFlight(.failure(.outage))
            let until = bench.machine.pauses.askable(.token(.anonymous))
            let full = failures > 10 ? Duration.seconds(900) : .seconds(1 << (failures - 1))
            let pause = until - bench.now.boottime
            #expect(pause >= full / 2 && pause <= full)
            #expect(bench.machine.nextWakeup(after: bench.now) == until)
            let id = bench.call(fresh)
            #expect(bench.error(of: id)?.name == .tokenUnavailable && bench.started.isEmpty)
            bench.pass(pause)
            #expect(bench.started.map(\.kind) == [.login])
        }
    }

    @Test(arguments: [(120, 120), (7200, 3600)])
    func whatTheAuthorityAsksForIsObeyedUpToAnHour(asked: Int, seconds: Int) {
        var bench = MachineBench()
        let id = bench.call(fresh)
        bench.endFlight(.failure(AuthorityFailure(.unavailable, "busy", retryAfter: .seconds(asked), status: 503)))
        #expect(bench.error(of: id)?.name == .tokenUnavailable)
        #expect(bench.error(of: id)?.retryAfterSeconds == seconds)
        #expect(bench.error(of: id)?.details == [JSONMember("cause", .string("authorityUnavailable 503"))])
        bench.pass(.seconds(seconds) - .milliseconds(1))
        #expect(bench.started.isEmpty)
        bench.pass(.milliseconds(1))
        #expect(bench.started.count == 1)
    }

    @Test func aFailureIsNotKeptOnceItsPauseIsOver() {
        var bench = MachineBench()
        bench.call(fresh)
        bench.endFlight(.failure(.outage))
        bench.move(.seconds(1))
        let id = bench.call(fresh)
        #expect(bench.answer(to: id) == nil && bench.machine.activities[.anonymous]?.flight != nil)
        bench.land()
        #expect(bench.tokenAnswer(to: id) != nil)
    }

    @Test(
        arguments: [
            (StartingState.none, ErrorName.notSignedIn), (.anonymous, .notSignedIn), (.simple, .notSignedIn),
            (.signedIn, nil), (.expired, .sessionExpired),
        ] as [(StartingState, ErrorName?)])
    func aCustomerWhoIsSignedInCanBeDemanded(state: StartingState, error: ErrorName?) {
        var bench = MachineBench(in: state)
        let id = bench.call(.retrieveToken(RetrieveToken(requireSignedIn: true)))
        #expect(bench.error(of: id)?.name == error)
        #expect((bench.tokenAnswer(to: id) != nil) == (error == nil))
    }

    @Test func afterTheEndOfASessionTheAnonymousTokenIsGiven() {
        var bench = MachineBench(in: .expired)
        let id = bench.call(.retrieveToken(RetrieveToken()))
        #expect(bench.tokenAnswer(to: id)?.facts.origin == .anonymous)
    }

    @Test func aRunOutClientTokenIsWaitedForWhereItCanBeRenewed() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.renewing)
        bench.move(MachineBench.lifetime)
        let id = bench.call(.retrieveToken(RetrieveToken(requireSignedIn: true)))
        #expect(bench.answer(to: id) == nil && bench.started.map(\.slot) == [.client])
        bench.land(.client)
        #expect(bench.tokenAnswer(to: id)?.facts.origin == .synerise)
    }
}
