// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// How long it counts that an authority does not answer calls of one kind (docs/authorities.md, A4).
@Suite(.timeLimit(.minutes(10))) struct OutageTests {
    private static let busy = AuthorityFailure(.unavailable, "busy", status: 503)

    /// A device whose customer's token cannot be renewed.
    private static func withoutRefresh() -> MachineBench {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        bench.call(.refreshToken)
        bench.endFlight(.client, .failure(busy))
        return bench
    }

    private static func readProfile(_ bench: inout MachineBench, _ result: Result<JSONValue, AuthorityFailure>) {
        let id = bench.call(.profile)
        bench.handle(.profileEnded(id, result))
    }

    @Test func aProfileThatIsAnsweredHidesNoRefreshThatIsNot() {
        var bench = Self.withoutRefresh()
        let began = bench.now.wall
        #expect(bench.changes.contains(.authorityState(reachable: false, because: Self.busy)))
        bench.move(.seconds(60))
        Self.readProfile(&bench, .success(.object([])))
        #expect(bench.changes.isEmpty && !bench.status.authority.reachable)
        #expect(bench.status.authority.lastError == "authorityUnavailable 503")
        #expect(bench.status.authority.lastAnsweredAt == bench.now.wall)
        let outage = bench.machine.snapshot(at: bench.now).authorityOutage
        #expect(outage == AuthorityOutage(call: .refresh, failure: Self.busy, since: began))
        bench.pass(.seconds(900))
        bench.land(.client)
        #expect(bench.changes.contains(.authorityState(reachable: true, because: nil)))
        #expect(bench.status.authority.lastError == nil)
    }

    @Test func whatItSaysOfItselfHidesNoRefreshThatIsNotAnswered() throws {
        var bench = Self.withoutRefresh()
        var traits = bench.machine.traits
        traits.needsPreparation = true
        bench.handle(.reconfigured(bench.machine.policy, traits))
        bench.handle(.preparationEnded(try #require(bench.prepared), .success(nil)))
        #expect(!bench.status.authority.reachable)
    }

    @Test func whatNobodyIsTurnedAwayFromAnyMoreIsAnsweredByWhateverIs() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider()
        Self.readProfile(&bench, .failure(Self.busy))
        bench.call(.refreshToken)
        bench.land(.client)
        #expect(!bench.status.authority.reachable)
        bench.move(.seconds(60))
        bench.call(.refreshToken)
        bench.land(.client)
        #expect(bench.status.authority.reachable && bench.status.authority.lastError == nil)
    }

    @Test func nobodyWaitsForTheTokenOfACustomerWhoHasLeft() {
        var bench = Self.withoutRefresh()
        bench.call(.signOut(SignOut(), byAdministrator: false))
        #expect(!bench.status.authority.reachable)
        bench.beginDevice()
        #expect(bench.status.authority.reachable)
    }

    @Test func whatIsToldAgainByItselfIsAnsweredByThatAlone() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        Errand.delivery.run(&bench)
        Errand.delivery.fail(&bench, Self.busy)
        for _ in 0..<3 {
            bench.move(.seconds(60))
            bench.call(.refreshToken)
            if bench.machine.activities[.anonymous]?.flight == nil { bench.call(.retrieveToken(RetrieveToken())) }
            bench.land()
        }
        #expect(!bench.status.authority.reachable)
        bench.handle(.deliveryEnded(bench.machine.delivering?.entry ?? 0, .success(nil)))
        #expect(bench.status.authority.reachable)
    }

    @Test func aCodeThatIsNotAnsweredForIsAskedAboutUntilItEnds() {
        var bench = MachineBench.withProvider()
        bench.beginDevice()
        _ = bench.nextStep()
        bench.endStep(.failure(Self.busy))
        let outage = bench.machine.snapshot(at: bench.now).authorityOutage
        #expect(outage?.call == .redemption && outage?.since == bench.now.wall)
        _ = bench.nextStep()
        bench.endStep(.waiting(slowDown: false))
        #expect(bench.status.authority.reachable)
    }
}
