// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct KioskPolicyTests {
    static let idle = KioskPolicy(idleTimeout: .seconds(600))
    static let shift = KioskPolicy(maximumLifetime: .seconds(8 * 3600))

    /// A machine with a policy, at which somebody has just signed in.
    static func bench(
        _ kiosk: KioskPolicy, _ traits: AuthorityTraits = MachineBench.renewing, simple: Bool = false
    ) -> MachineBench {
        var bench = MachineBench(traits: traits, policy: SessionPolicy(identifierSalt: "salt", kiosk: kiosk))
        bench.becomeAnonymous()
        bench.authenticate(
            simple ? .simpleFor("alice", authID: "alice") : .passwordOf(MachineBench.aliceMail))
        return bench
    }

    @Test(arguments: [false, true])
    func whoeverDoesNothingIsSignedOut(simple: Bool) {
        var bench = Self.bench(Self.idle, simple: simple)
        let before = bench.record
        bench.pass(.seconds(599))
        #expect(bench.changes == [.expiringSoon(.idleTimeout, atSeconds: 1)])
        bench.pass(.seconds(1))
        #expect(bench.changes == [.signedOut(.idleTimeout)] && bench.durability == .bestEffort)
        #expect(bench.record.client == nil && !bench.record.holdsSimpleAuthentication && bench.record.login == nil)
        #expect(bench.record.uuid == before.uuid && bench.record.generation == before.generation + 1)
        #expect(bench.record.presence == nil && !bench.status.signedIn)
    }

    @Test func onlyTouchIsActivity() {
        var bench = Self.bench(Self.idle)
        bench.move(.seconds(300))
        for call in [SessionCall.status, .retrieveToken(RetrieveToken()), .refreshToken] { bench.call(call) }
        bench.call(.setIdentity(SetIdentity(customIdentifier: .set("till 4"))))
        bench.pass(.seconds(300))
        #expect(bench.changes == [.signedOut(.idleTimeout), .identityChanged])

        bench = Self.bench(Self.idle)
        for _ in 0..<5 {
            bench.move(.seconds(300))
            bench.handle(.touched)
        }
        #expect(bench.phase == .signedIn)
    }

    @Test func aTouchThatComesTooLateRevivesNobody() {
        var bench = Self.bench(Self.idle)
        bench.move(.seconds(601))
        bench.handle(.touched)
        #expect(bench.changes == [.signedOut(.idleTimeout)])
    }

    @Test func anEndIsAnnouncedOnceAndWithdrawnByATouch() {
        var bench = Self.bench(Self.idle)
        #expect(bench.machine.nextWakeup(after: bench.now) == bench.now.boottime + .seconds(540))
        bench.pass(.seconds(540))
        #expect(bench.changes == [.expiringSoon(.idleTimeout, atSeconds: 60)])
        bench.pass(.seconds(10))
        #expect(bench.changes.isEmpty)
        bench.handle(.touched)
        #expect(bench.changes == [.expiringSoonWithdrawn(.idleTimeout)])
        bench.pass(.seconds(540))
        #expect(bench.changes == [.expiringSoon(.idleTimeout, atSeconds: 60)], "another approach")
        bench.call(.signOut(SignOut(), byAdministrator: false))
        #expect(bench.changes == [.signedOut(.userSignOut), .expiringSoonWithdrawn(.idleTimeout)])
    }

    @Test func noEndIsAnnouncedWithoutAWarning() {
        var bench = Self.bench(KioskPolicy(idleTimeout: .seconds(600), warnBefore: .zero))
        bench.pass(.seconds(599))
        #expect(bench.changes.isEmpty)
        bench.pass(.seconds(1))
        #expect(bench.changes == [.signedOut(.idleTimeout)])
    }

    // Of a token whose grant outlives it nothing is left to count down: only the end itself is.
    @Test func whatIsShownHoldsNoLongerThanTheSession() {
        let bench = Self.bench(KioskPolicy())
        var snapshot = bench.machine.snapshot(at: bench.now)
        for slot in Slot.allCases { snapshot.record[slot] = nil }
        (snapshot.sessionEnd, snapshot.overAt) = (nil, bench.now.boottime + .milliseconds(300))
        #expect(snapshot.holdsUntil(from: bench.now) == snapshot.overAt)
    }

    @Test func theNextEndIsShownToWhoeverCountsDown() throws {
        var bench = Self.bench(KioskPolicy(idleTimeout: .seconds(600), maximumLifetime: .seconds(900)))
        func shown() -> [String?] {
            let status = bench.status
            return [status.sessionEndsBecause?.rawValue, status.sessionEndsInSeconds.map(String.init)]
        }
        let first = bench.status.sessionEndsAt
        #expect(shown() == ["idleTimeout", "600"])
        bench.move(.milliseconds(1_500))
        #expect(shown() == ["idleTimeout", "598"] && bench.status.sessionEndsAt == first)
        // What was prepared for reads holds until the second is over.
        let held = bench.machine.snapshot(at: bench.now).holdsUntil(from: bench.now)
        #expect(held == bench.now.boottime + .milliseconds(500))
        bench.move(.milliseconds(298_500))
        bench.handle(.touched)
        // A touch moves the one end, and the other one comes first then.
        bench.move(.seconds(100))
        #expect(shown() == ["idleTimeout", "500"])
        let moved = try #require(bench.status.sessionEndsAt).secondsSince1970 - #require(first).secondsSince1970
        #expect((299...300).contains(moved), "the clock is read in whole seconds")
        bench.handle(.touched)
        #expect(shown() == ["maximumLifetime", "500"])
        bench.call(.signOut(SignOut(), byAdministrator: false))
        #expect(shown() == [nil, nil] && bench.status.sessionEndsAt == nil)
        #expect(Self.bench(KioskPolicy()).status.sessionEndsAt == nil)
    }

    @Test func anEndThatIsShownFollowsAClockThatIsSet() {
        var bench = Self.bench(Self.idle)
        let first = bench.status.sessionEndsAt
        bench.now.wall = Timestamp(secondsSince1970: bench.now.wall.secondsSince1970 + 1)
        bench.handle(.tick)
        #expect(bench.status.sessionEndsAt == first, "the clock is read in whole seconds")
        bench.now.wall = Timestamp(secondsSince1970: bench.now.wall.secondsSince1970 + 3600)
        bench.handle(.tick)
        #expect(bench.status.sessionEndsAt == first.map { Timestamp(secondsSince1970: $0.secondsSince1970 + 3601) })
    }

    @Test func aShiftEndsWhateverTheCustomerDoes() {
        var bench = Self.bench(Self.shift)
        for _ in 0..<15 {
            bench.pass(.seconds(1800))
            bench.handle(.touched)
        }
        #expect(bench.phase == .signedIn || bench.record.client != nil)
        bench.pass(.seconds(1800 - 60))
        #expect(bench.changes == [.expiringSoon(.maximumLifetime, atSeconds: 60)])
        bench.handle(.touched)
        #expect(bench.changes.isEmpty, "a touch does not help")
        bench.pass(.seconds(60))
        #expect(bench.changes == [.signedOut(.maximumLifetime)])
    }

    @Test func theEndCanForgetTheCustomer() {
        var bench = Self.bench(KioskPolicy(idleTimeout: .seconds(600), endAction: .destroy))
        let before = bench.record
        bench.pass(.seconds(600))
        #expect(bench.changes == [.signedOut(.idleTimeout), .uuidChanged(.destroy)])
        #expect(bench.record.uuid != before.uuid && bench.record.generation == before.generation + 1)
    }

    @Test(arguments: [KioskPolicy.EndAction.signOut, .destroy])
    func theLabelsWereThoseOfWhoHasGone(endAction: KioskPolicy.EndAction) {
        var bench = Self.bench(KioskPolicy(maximumLifetime: .seconds(600), warnBefore: .zero, endAction: endAction))
        bench.call(.setIdentity(SetIdentity(customEmail: .set("anna@example.com"), customIdentifier: .set("7"))))
        let before = bench.record
        bench.pass(.seconds(600))
        #expect(bench.record.customEmail == nil && bench.record.customIdentifier == nil)
        #expect((bench.record.uuid == before.uuid) == (endAction == .signOut))
        #expect(bench.changes.first == .signedOut(.maximumLifetime) && bench.changes.contains(.identityChanged))
        #expect(bench.record.generation == before.generation + 1 && bench.durability == .bestEffort)
    }

    @Test func whoSignsOutKeepsTheLabels() {
        var bench = Self.bench(Self.idle)
        bench.call(.setIdentity(SetIdentity(customIdentifier: .set("7"))))
        bench.call(.signOut(SignOut(), byAdministrator: false))
        #expect(bench.record.customIdentifier == "7")
    }

    @Test func theAuthorityIsToldOfSuchAnEnd() {
        var bench = Self.bench(Self.idle, MachineBench.told)
        bench.pass(.seconds(600))
        #expect(bench.changes.contains(.signedOut(.idleTimeout)) && bench.delivered.count == 1)
    }

    @Test func anAuthenticationThatRunsWhenSimpleAuthenticationEndsIsSuperseded() {
        var bench = Self.bench(Self.idle, simple: true)
        bench.move(.seconds(590))
        let id = bench.call(.authenticate(.passwordOf("bob@example.com")))
        bench.pass(.seconds(10))
        #expect(bench.error(of: id)?.name == .superseded && bench.changes == [.signedOut(.idleTimeout)])
    }

    @Test func nobodyIsCountedForWithoutACustomer() {
        var bench = MachineBench(policy: SessionPolicy(identifierSalt: "salt", kiosk: Self.idle))
        bench.becomeAnonymous()
        bench.pass(.seconds(600))
        #expect(!bench.changes.contains(.signedOut(.idleTimeout)) && bench.record.presence == nil)
        bench.handle(.touched)
        #expect(bench.durability == .nothing)
    }

    @Test func touchesAreStoredOnceAMinuteAtMost() {
        var bench = Self.bench(Self.idle)
        var stores = 0
        for _ in 0..<60 {
            bench.move(.seconds(5))
            bench.handle(.touched)
            if bench.durability != .nothing { stores += 1 }
        }
        #expect(stores == 5)
        bench = Self.bench(Self.shift)
        bench.move(.seconds(3600 / 4))
        bench.handle(.touched)
        #expect(bench.durability == .nothing, "nothing counts from it")
    }
}

@Suite(.timeLimit(.minutes(10))) struct KioskPolicyOverRestartsTests {
    /// Either end after ten minutes.
    private static let ends = [
        (KioskPolicyTests.idle, EndReason.idleTimeout),
        (KioskPolicy(maximumLifetime: .seconds(600)), .maximumLifetime),
    ]

    @Test(arguments: ends)
    func aRestartChangesNothing(_ row: (KioskPolicy, EndReason)) {
        var bench = KioskPolicyTests.bench(row.0)
        bench.move(.seconds(599))
        bench.restart()
        #expect(bench.changes == [.expiringSoon(row.1, atSeconds: 1)] && bench.phase == .signedIn)
        bench.move(.seconds(1))
        bench.restart()
        #expect(bench.changes == [.signedOut(row.1)], "it ended while the daemon was down")
    }

    @Test(arguments: ends)
    func aSuspendCounts(_ row: (KioskPolicy, EndReason)) {
        var bench = KioskPolicyTests.bench(row.0)
        bench.move(.seconds(9 * 3600))
        let read = bench.machine.snapshot(at: bench.now).immediateAnswer(to: RetrieveToken(), at: bench.now)
        #expect(read == nil, "nobody gets the customer's token before the policy has been applied")
        bench.handle(.networkReturned)
        #expect(bench.changes == [.signedOut(row.1)])
    }

    /// How far the wall clock is ahead after the reboot, and whether the session has ended then.
    @Test(arguments: [(599, false), (600, true), (86_400, true), (-86_400, false), (-1_795_000_000, false)])
    func overARebootTheWallClockCountsWhereItGoesForward(seconds: Int64, ends: Bool) {
        for kiosk in [KioskPolicyTests.idle, KioskPolicy(maximumLifetime: .seconds(600))] {
            var bench = KioskPolicyTests.bench(kiosk)
            bench.restart(rebootAt: bench.wall + seconds)
            #expect(bench.changes.contains { if case .signedOut = $0 { true } else { false } } == ends)
            #expect((bench.record.presence == nil) == ends)
        }
    }

    @Test(arguments: ends)
    func whatWasUsedUpBeforeARebootWithAWrongClockStaysUsedUp(_ row: (KioskPolicy, EndReason)) {
        var bench = KioskPolicyTests.bench(row.0)
        bench.move(.seconds(500))
        bench.restart(rebootAt: 1000)
        #expect(bench.phase != .none && bench.record.presence != nil)
        bench.pass(.seconds(99))
        #expect(bench.record.presence != nil)
        bench.pass(.seconds(1))
        #expect(bench.changes.contains(.signedOut(row.1)))
    }

    @Test func aWarningIsToldAnewAfterARestartAndStillWithdrawnByATouch() {
        var bench = KioskPolicyTests.bench(KioskPolicyTests.idle)
        bench.pass(.seconds(545))
        bench.restart()
        #expect(bench.changes == [.expiringSoon(.idleTimeout, atSeconds: 55)])
        bench.handle(.touched)
        #expect(bench.changes == [.expiringSoonWithdrawn(.idleTimeout)] && bench.durability == .bestEffort)
    }

    @Test func theEndOfAShiftIsTheOneThatWasFixedAtTheSignIn() {
        var bench = KioskPolicyTests.bench(KioskPolicyTests.shift)
        let longer = SessionPolicy(identifierSalt: "salt", kiosk: KioskPolicy(maximumLifetime: .seconds(80 * 3600)))
        bench.restart(policy: longer)
        bench.pass(.seconds(8 * 3600))
        #expect(bench.changes.contains(.signedOut(.maximumLifetime)))
    }

    @Test(arguments: [false, true])
    func anEndThatIsNoLongerConfiguredEndsNothing(overARestart: Bool) {
        var bench = KioskPolicyTests.bench(KioskPolicyTests.shift)
        let endless = SessionPolicy(identifierSalt: "salt")
        if overARestart { bench.restart(policy: endless) } else { bench.handle(.reconfigured(endless, nil)) }
        #expect(bench.machine.snapshot(at: bench.now).overAt == nil)
        bench.pass(.seconds(9 * 3600))
        #expect(bench.phase == .signedIn && !bench.changes.contains { $0.kind == .signedOut })
        bench.handle(.reconfigured(SessionPolicy(identifierSalt: "salt", kiosk: KioskPolicyTests.shift), nil))
        #expect(bench.changes == [.signedOut(.maximumLifetime)], "the end that was fixed at the sign-in has passed")
    }

    @Test func anIdleTimeoutThatIsNoLongerConfiguredEndsNothing() {
        var bench = KioskPolicyTests.bench(KioskPolicyTests.idle)
        bench.handle(.reconfigured(SessionPolicy(identifierSalt: "salt"), nil))
        bench.pass(.seconds(600))
        #expect(bench.phase == .signedIn && !bench.changes.contains { $0.kind == .signedOut })
    }

    @Test func aPreparedAnswerEndsWithThePolicy() {
        for kiosk in [KioskPolicyTests.idle, KioskPolicy(maximumLifetime: .seconds(600))] {
            let bench = KioskPolicyTests.bench(kiosk)
            let end = bench.now.boottime + .seconds(600)
            let snapshot = bench.machine.snapshot(at: bench.now)
            let late = Moment(boottime: end - .milliseconds(400), wall: bench.now.wall)
            #expect(snapshot.overAt == end && snapshot.holdsUntil(from: late) == end)
            #expect(!snapshot.isOver(at: late) && snapshot.isOver(at: Moment(boottime: end, wall: late.wall)))
        }
    }

    @Test func aNewPolicyCountsFromWhenItComes() {
        var bench = KioskPolicyTests.bench(KioskPolicy())
        bench.move(.seconds(86_400))
        #expect(bench.record.presence != nil)
        bench.restart(policy: SessionPolicy(identifierSalt: "salt", kiosk: KioskPolicyTests.shift))
        #expect(bench.record.presence?.endsAt == bench.now.boottime + .seconds(8 * 3600))
        bench.pass(.seconds(8 * 3600))
        #expect(bench.changes.contains(.signedOut(.maximumLifetime)))
    }
}
