// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// The network is back, or the machine has woken up (docs/behaviour.md, P13, P14).
@Suite(.timeLimit(.minutes(10))) struct NetworkReturnTests {
    private func failed(_ state: StartingState, _ failure: AuthorityFailure = .outage) -> MachineBench {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let slot: Slot = state == .signedIn ? .client : .anonymous
        bench.pass(max(bench.nextAttempt(slot) - bench.now.boottime, .seconds(1)))
        // The pause has grown long.
        for _ in 0..<12 {
            bench.endFlight(state == .signedIn ? .client : .anonymous, .failure(.outage))
            bench.handle(.networkReturned)
            bench.pass(.seconds(31))
        }
        bench.endFlight(state == .signedIn ? .client : .anonymous, .failure(failure))
        return bench
    }

    private func pause(_ bench: MachineBench, _ state: StartingState) -> Duration {
        bench.nextAttempt(state == .signedIn ? .client : .anonymous) - bench.now.boottime
    }

    private func slot(_ state: StartingState) -> Slot { state == .signedIn ? .client : .anonymous }

    @Test(arguments: [StartingState.none, .anonymous, .simple, .signedIn])
    func whatFailedIsTriedAgainWithinThirtySeconds(state: StartingState) {
        var bench = failed(state)
        #expect(pause(bench, state) > .seconds(60))
        bench.handle(.networkReturned)
        #expect(bench.effects.contains(.dropConnections))
        #expect(pause(bench, state) >= .zero && pause(bench, state) <= .seconds(30))
        bench.pass(.seconds(30))
        #expect(bench.started.count == 1)
    }

    @Test(arguments: [StartingState.none, .anonymous, .simple, .signedIn])
    func aRetryAfterIsObeyedAllTheSame(state: StartingState) {
        var bench = failed(state, .busy(for: .seconds(3000)))
        bench.handle(.networkReturned)
        // A token that ends before that is another reason to ask; what was asked for holds all the same.
        #expect(bench.machine.pauses.askable(.token(slot(state))) == bench.now.boottime + .seconds(3000))
        #expect(pause(bench, state) == .seconds(3000))
    }

    @Test func aRetryAfterThatIsOverDoesNotKeepThePauseLong() {
        var bench = failed(.none, .busy(for: .seconds(5)))
        #expect(pause(bench, .none) > .seconds(400))
        bench.handle(.networkReturned)
        #expect(pause(bench, .none) >= .seconds(5) && pause(bench, .none) <= .seconds(30))
    }

    @Test func theSpreadIsOfTheDevicesOwn() {
        var pauses: Set<Duration> = []
        for seed in UInt64(0)..<20 {
            var bench = failed(.signedIn)
            bench.seed = 1000 + seed * 77
            bench.handle(.networkReturned)
            pauses.insert(pause(bench, .signedIn))
        }
        #expect(pauses.count == 20)
    }

    @Test func whatWasNotDueIsNotBroughtForward() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let before = pause(bench, .signedIn)
        bench.handle(.networkReturned)
        #expect(bench.started.isEmpty && pause(bench, .signedIn) == before)
    }

    @Test func signOutsThatWaitAreToldSoon() throws {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        for _ in 0..<11 {
            bench.handle(.deliveryEnded(bench.record.outbox[0].id, .failure(.outage)))
            bench.pass(try #require(bench.machine.nextDelivery) - bench.now.boottime)
        }
        bench.handle(.deliveryEnded(bench.record.outbox[0].id, .failure(.outage)))
        #expect(try #require(bench.machine.nextDelivery) - bench.now.boottime > .seconds(60))
        bench.handle(.networkReturned)
        #expect(try #require(bench.machine.nextDelivery) - bench.now.boottime <= .seconds(30))
    }

    @Test func signOutsWaitAsLongAsTheAuthorityAsked() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.handle(.deliveryEnded(bench.record.outbox[0].id, .failure(.busy(for: .seconds(600)))))
        let before = bench.machine.nextDelivery
        bench.handle(.networkReturned)
        #expect(bench.machine.nextDelivery == before)
    }

    @Test(arguments: [StartingState.none, .anonymous, .simple, .signedIn])
    func whatWasCutOffByItIsTriedAgainWithinThirtySeconds(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let slot: Slot = state == .signedIn ? .client : .anonymous
        if state == .none {
            bench.pass(.seconds(1))
        } else {
            bench.pass(bench.nextAttempt(slot) - bench.now.boottime)
        }
        bench.handle(.networkReturned)
        bench.endFlight(slot, .failure(.outage))
        #expect(bench.started.isEmpty && pause(bench, state) <= .seconds(30))
        bench.pass(.seconds(30))
        #expect(bench.started.count == 1)
        bench.endFlight(slot, .failure(.outage))
        if state != .none { #expect(pause(bench, state) >= .seconds(60), "once") }
    }

    @Test(arguments: [StartingState.none, .anonymous, .simple, .signedIn])
    func whatWasCutOffByItIsTriedAgainAtOnceIfSomebodyWaits(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let slot: Slot = state == .signedIn ? .client : .anonymous
        let id = bench.call(.retrieveToken(RetrieveToken(minimumValiditySeconds: 3600)))
        bench.handle(.networkReturned)
        bench.endFlight(slot, .failure(.outage))
        #expect(bench.started.count == 1 && bench.answer(to: id) == nil)
        bench.endFlight(slot, .failure(.outage))
        #expect(bench.error(of: id) != nil && bench.started.isEmpty, "once")
    }

    @Test func anHourOfflineThenBackRefreshesByItself() throws {
        var bench = MachineBench(traits: MachineBench.told)
        bench.call(.authenticate(.passwordOf("a@b")))
        bench.admit(lifetime: .seconds(4 * 3600))
        let end = bench.now.boottime + .seconds(4 * 3600)
        bench.pass(end - .seconds(1800) - bench.now.boottime)
        while bench.now.boottime < end - .seconds(600) {
            if bench.machine.activities[.client]?.flight != nil { bench.endFlight(.client, .failure(.outage)) }
            bench.pass(try #require(bench.machine.nextWakeup(after: bench.now)) - bench.now.boottime)
        }
        if bench.machine.activities[.client]?.flight != nil { bench.endFlight(.client, .failure(.outage)) }
        bench.handle(.networkReturned)
        if bench.started.isEmpty { bench.pass(.seconds(30)) }
        #expect(bench.started.map(\.slot) == [.client])
        bench.land(.client)
        #expect(bench.phase == .signedIn && bench.changes.contains(.tokenRefreshed))
    }
}
