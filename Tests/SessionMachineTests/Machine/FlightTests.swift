// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct FlightTests {
    @Test func theFirstAnonymousTokenIsAskedForOneSecondAfterTheUUIDWasMade() {
        var bench = MachineBench()
        #expect(bench.machine.nextWakeup(after: bench.now) == bench.now.boottime + .seconds(1))
        bench.pass(.milliseconds(999))
        #expect(bench.started.isEmpty)
        bench.pass(.milliseconds(1))
        #expect(bench.started.map(\.kind) == [.login] && bench.started.map(\.slot) == [.anonymous])
        bench.land()
        #expect(bench.changes == [.tokenRefreshed] && bench.durability == .bestEffort)
        #expect(bench.phase == .anonymous && bench.record.generation == 7)
    }

    @Test func aUUIDThatIsReplacedAtOnceIsNeverLoggedIn() {
        var bench = MachineBench()
        for _ in 0..<5 {
            bench.pass(.milliseconds(900))
            bench.call(Operation.regenerate.call)
            #expect(bench.started.isEmpty)
        }
    }

    @Test(arguments: [StartingState.anonymous, .simple, .signedIn])
    func theEffectiveTokenIsRefreshedInTheFirstQuarterOfItsWindow(state: StartingState) throws {
        var bench = MachineBench(in: state)
        let slot: Slot = state == .signedIn ? .client : .anonymous
        let token = try #require(bench.record[slot])
        let attempt = bench.machine.policy.refresh.firstAttempt(for: token)
        #expect(bench.machine.nextWakeup(after: bench.now) == attempt)
        bench.pass(attempt - bench.now.boottime - .milliseconds(1))
        #expect(bench.started.isEmpty)
        bench.pass(.milliseconds(1))
        #expect(bench.started.map(\.kind) == [.refresh(token)])
        let generation = bench.record.generation
        bench.land(slot)
        #expect(bench.record[slot]?.issued.origin == token.issued.origin)
        #expect(bench.record[slot] != token && bench.record.generation == generation)
        #expect(bench.changes == [.tokenRefreshed] && bench.durability == .bestEffort)
    }

    @Test func aBackgroundRefreshThatFailedIsTriedAgainAfterHalfOfWhatRemains() throws {
        var bench = MachineBench(in: .signedIn)
        let token = try #require(bench.record.client)
        bench.pass(bench.machine.policy.refresh.firstAttempt(for: token) - bench.now.boottime)
        while bench.now.boottime < token.expiresBoottime - .seconds(300) {
            bench.endFlight(.client, .failure(.outage))
            let next = try #require(bench.machine.nextWakeup(after: bench.now))
            let half = min(max(token.remaining(at: bench.now) / 2, .seconds(120)), .seconds(900))
            #expect(next - bench.now.boottime >= half / 2 && next - bench.now.boottime <= half)
            #expect(bench.status.authority.nextAttemptAt == bench.now.wallClock(at: next))
            bench.pass(next - bench.now.boottime)
            #expect(bench.started.map(\.kind) == [.refresh(token)])
        }
    }

    @Test func aTokenLivesFromWhenItWasAskedFor() {
        var bench = MachineBench()
        bench.pass(.seconds(1))
        let asked = bench.now.boottime
        bench.move(.seconds(7))
        bench.land(lifetime: .seconds(60))
        #expect(bench.record.anonymous?.expiresBoottime == asked + .seconds(60))
    }

    @Test(arguments: [true, false])
    func whatComesBackForTheLastCustomerIsDropped(isToken: Bool) {
        for operation in [Operation.destroy, .signOutWithDestroy, .signOut, .signOutByAdministrator] {
            var bench = MachineBench(in: .signedIn)
            bench.call(.refreshToken)
            let flight = bench.machine.activities[.client]?.flight?.id ?? 0
            bench.call(operation.call)
            expectDropped(flight, isToken, &bench, "\(operation)")
        }
    }

    @Test(arguments: [true, false], [Operation.regenerate, .regenerateWithIdentifier, .destroy])
    func whatComesBackForTheLastUUIDIsDropped(isToken: Bool, operation: Operation) {
        for state in [StartingState.none, .anonymous] {
            var bench = MachineBench(in: state)
            bench.call(.retrieveToken(RetrieveToken(minimumValiditySeconds: 3600)))
            let flight = bench.machine.activities[.anonymous]?.flight?.id ?? 0
            bench.call(operation.call)
            expectDropped(flight, isToken, &bench, "\(operation) in \(state)")
        }
    }

    @Test(arguments: [true, false])
    func whatComesBackForTheLastSignInIsDroppedAfterTheNextOne(isToken: Bool) {
        var bench = MachineBench(in: .signedIn)
        bench.call(.refreshToken)
        let flight = bench.machine.activities[.client]?.flight?.id ?? 0
        bench.call(Operation.signOut.call)
        bench.authenticate(.passwordOf(MachineBench.aliceMail))
        let token = bench.record.client
        expectDropped(flight, isToken, &bench, "the same customer again")
        #expect(bench.record.client == token && bench.phase == .signedIn)
    }

    @Test(arguments: [true, false])
    func simpleAuthenticationTakesTheAnonymousSlotsFlightAway(isToken: Bool) {
        var bench = MachineBench()
        bench.pass(.seconds(1))
        let flight = bench.machine.activities[.anonymous]?.flight?.id ?? 0
        bench.authenticate(.simpleFor("a", authID: "a"))
        expectDropped(flight, isToken, &bench, "simple")
        #expect(bench.phase == .simple)
    }

    @Test func aLabelDisturbsNoRefresh() {
        var bench = MachineBench(in: .signedIn)
        let id = bench.call(.refreshToken)
        bench.call(Operation.clearLabels.call)
        let before = bench.record.client
        bench.land(.client)
        #expect(bench.record.client != before && bench.answer(to: id) != nil)
    }

    @Test func aSignInOnTheSameUUIDLeavesTheAnonymousFlightAlone() {
        var bench = MachineBench(in: .anonymous)
        bench.call(.refreshToken)
        let before = bench.record.anonymous
        bench.authenticate(.passwordOf("bob@x"))
        bench.land(.anonymous)
        #expect(bench.record.anonymous != before && bench.phase == .signedIn)
        #expect(bench.changes.isEmpty, "the effective token is the client's")
    }

    private func expectDropped(
        _ flight: UInt64, _ isToken: Bool, _ bench: inout MachineBench, _ comment: Comment
    ) {
        let (record, standing) = (bench.record, bench.machine.standing)
        #expect(flight != 0, comment)
        bench.handle(.flightEnded(flight, isToken ? .success(bench.token()) : .failure(.rejection)))
        #expect(bench.record == record, comment)
        #expect(bench.changes.isEmpty && bench.durability == .nothing, comment)
        #expect(bench.machine.standing == standing, comment)
    }
}
