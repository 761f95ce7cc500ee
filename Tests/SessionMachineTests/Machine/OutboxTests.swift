// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// Local first, and the authority is told when it can be (docs/behaviour.md, N1, O4).
@Suite(.timeLimit(.minutes(10))) struct OutboxTests {
    private static let silent = MachineBench.traits(tellsSignOuts: false)

    @Test(
        arguments: [
            (MachineBench.told, StartingState.signedIn, AuthoritySignOut.queued),
            (MachineBench.told, .none, .notNeeded),
            (MachineBench.told, .anonymous, .notNeeded), (MachineBench.told, .expired, .notNeeded),
            (silent, .signedIn, .unsupported), (silent, .anonymous, .notNeeded),
            (MachineBench.renewing, .signedIn, .notNeeded),
        ], [Operation.signOut, .signOutByAdministrator, .signOutWithDestroy])
    func aSignOutSaysWhatBecomesOfItAtTheAuthority(
        _ row: (AuthorityTraits, StartingState, AuthoritySignOut), operation: Operation
    ) {
        var bench = MachineBench(in: row.1, traits: row.0)
        let id = bench.call(operation.call)
        #expect(bench.fate(of: id) == row.2)
        #expect(bench.record.outbox.count == (row.2 == .queued ? 1 : 0))
        #expect(bench.record.client == nil, "here it counts at once")
    }

    @Test(arguments: [true, false])
    func anEntryHoldsTheTokenItsBindingAndWhichDevices(fromAllDevices: Bool) {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let token = bench.record.client
        bench.call(.signOut(SignOut(fromAllDevices: fromAllDevices), byAdministrator: false))
        let entry = bench.record.outbox.first
        #expect(entry?.token == token && entry?.binding == MachineBench.told.binding)
        #expect(entry?.fromAllDevices == fromAllDevices && bench.durability == .bestEffort)
        #expect(bench.delivered == bench.record.outbox, "it is told at once")
    }

    @Test func aDestroyIsToldToo() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.call(.destroy(Destroy()))
        #expect(bench.delivered.count == 1)
    }

    @Test func whatIsDoneOrRejectedOrUnknownToTheAuthorityIsRemoved() {
        let ends: [Result<Timestamp?, AuthorityFailure>] = [
            .success(nil), .failure(.rejection), .failure(AuthorityFailure(.unsupported, "no such path")),
        ]
        for end in ends {
            var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
            bench.visit("alice")
            bench.handle(.deliveryEnded(bench.delivered.first?.id ?? 0, end))
            #expect(bench.record.outbox.isEmpty && bench.durability == .bestEffort)
            bench.pass(.seconds(3))
            #expect(bench.delivered.isEmpty)
        }
    }

    @Test func oneIsToldAfterTheOtherInTheirOrder() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        let first = bench.delivered
        bench.visit("bob")
        #expect(bench.delivered.isEmpty, "one at a time")
        bench.handle(.deliveryEnded(first.first?.id ?? 0, .success(nil)))
        #expect(bench.delivered == bench.record.outbox && bench.delivered.count == 1)
    }

    @Test func aFailureIsTriedAgainWithPausesThatDouble() throws {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] {
            bench.handle(.deliveryEnded(bench.record.outbox.first?.id ?? 0, .failure(.outage)))
            let retry = try #require(bench.machine.nextDelivery)
            let pause = retry - bench.now.boottime
            #expect(pause >= .seconds(expected) / 2 && pause <= .seconds(expected))
            let wakeup = try #require(bench.machine.nextWakeup(after: bench.now))
            #expect(wakeup <= retry)
            bench.pass(pause - .milliseconds(1))
            #expect(bench.delivered.isEmpty)
            bench.pass(.milliseconds(1))
            #expect(bench.delivered.count == 1)
        }
    }

    @Test(arguments: [(30, 30), (3600, 3600), (100_000, 3600)])
    func aRetryAfterIsObeyedUpToAnHour(asked: Int, seconds: Int) {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.handle(.deliveryEnded(bench.delivered.first?.id ?? 0, .failure(.busy(for: .seconds(asked)))))
        #expect(bench.machine.nextDelivery == bench.now.boottime + .seconds(seconds))
    }

    @Test func whatHasExpiredIsNotToldAnyMore() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.handle(.deliveryEnded(bench.delivered.first?.id ?? 0, .failure(.outage)))
        bench.pass(MachineBench.lifetime)
        #expect(bench.record.outbox.isEmpty && bench.delivered.isEmpty && bench.durability == .bestEffort)
        #expect(bench.machine.nextDelivery == nil)
    }

    @Test func whatOnlyLooksExpiredIsTold() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.restart(rebootAt: bench.wall + 86_400)
        #expect(bench.delivered.count == 1 && bench.record.outbox.count == 1)
        bench.handle(.deliveryEnded(bench.delivered.first?.id ?? 0, .failure(.outage(at: bench.wall))))
        #expect(bench.record.outbox.isEmpty, "now it is known that it has expired")
    }

    @Test func whatWaitsIsToldAfterARestart() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.visit("bob")
        let before = bench.record.outbox
        bench.restart()
        #expect(bench.record.outbox == before && bench.delivered == [before[0]])
        bench.visit("carol")
        #expect(Set(bench.record.outbox.map(\.id)).count == 3, "names are not given twice")
    }

    @Test func anEndThatNobodyWaitsForIsIgnored() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        let before = bench.record
        bench.handle(.deliveryEnded(4711, .success(nil)))
        #expect(bench.record == before && bench.durability == .nothing)
    }

    @Test func aDeliverySaysWhetherTheAuthorityAnswers() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.handle(.deliveryEnded(bench.delivered.first?.id ?? 0, .failure(.outage)))
        #expect(bench.changes == [.authorityState(reachable: false, because: .outage)])
        bench.pass(.seconds(1))
        bench.handle(.deliveryEnded(bench.delivered.first?.id ?? 0, .success(nil)))
        #expect(bench.changes == [.authorityState(reachable: true)])
    }
}
