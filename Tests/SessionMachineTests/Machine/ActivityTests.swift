// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What becomes of a customer's activity when the process ends.
@Suite(.timeLimit(.minutes(10))) struct ActivityTests {
    private static func bench(_ idleTimeout: Duration) -> MachineBench {
        KioskPolicyTests.bench(KioskPolicy(idleTimeout: idleTimeout, warnBefore: .zero))
    }

    @Test(arguments: [Duration.seconds(1), .seconds(20), .seconds(600), .seconds(86_400)])
    func aCrashTakesATenthOfTheTimeoutAtMostAndAMinute(idleTimeout: Duration) throws {
        var bench = Self.bench(idleTimeout)
        var stored = bench.record
        let most = min(idleTimeout / 10, .seconds(60))
        for _ in 0..<200 {
            bench.move(most / 7)
            bench.handle(.touched)
            if bench.durability != .nothing { stored = bench.record }
            let activity = try #require(stored.presence).activeAt
            #expect(bench.now.boottime - activity < most)
        }
        bench.machine.record = stored
        bench.move(idleTimeout - most)
        bench.restart()
        #expect(bench.phase == .signedIn && bench.changes.isEmpty)
    }

    @Test func aTouchIsStoredNoMoreThanOftenEnough() {
        var bench = Self.bench(.seconds(20))
        var stores = 0
        for _ in 0..<100 {
            bench.move(.milliseconds(100))
            bench.handle(.touched)
            if bench.durability != .nothing { stores += 1 }
        }
        #expect(stores == 5, "once in two seconds")
    }

    @Test func whatIsStoredForAnotherReasonNeedsNoStoreOfItsOwn() {
        var bench = Self.bench(.seconds(600))
        bench.move(.seconds(50))
        bench.handle(.touched)
        #expect(bench.durability == .nothing)
        bench.call(.setIdentity(SetIdentity(customIdentifier: .set("till 4"))))
        bench.move(.seconds(20))
        bench.handle(.touched)
        #expect(bench.durability == .nothing)
        bench.move(.seconds(60))
        bench.handle(.touched)
        #expect(bench.durability == .bestEffort)
    }

    @Test(arguments: [KioskPolicy(idleTimeout: .seconds(600)), KioskPolicy()])
    func aStopStoresTheLastTouchWhateverTheNextProcessCountsFromIt(kiosk: KioskPolicy) {
        var bench = KioskPolicyTests.bench(kiosk)
        bench.handle(.stopping)
        bench.move(.seconds(30))
        bench.handle(.touched)
        #expect(bench.durability == .nothing)
        bench.handle(.stopping)
        #expect(bench.durability == .bestEffort)
        bench.handle(.stopping)
        #expect(bench.durability == .nothing, "there is nothing new")
    }

    @Test func aStopWithoutACustomerStoresNothing() {
        var bench = MachineBench(in: .anonymous)
        bench.handle(.stopping)
        #expect(bench.durability == .nothing)
    }

    @Test func whoIsCountedForTheFirstTimeIsStored() {
        var bench = Self.bench(.seconds(600))
        bench.machine.record.presence = nil
        bench.handle(.tick)
        #expect(bench.record.presence?.activeAt == bench.now.boottime && bench.durability == .bestEffort)
    }
}
