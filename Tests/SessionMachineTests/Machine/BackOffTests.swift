// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionMachine
@testable import SessionProtocol
@testable import TestSupport

/// What the authority asked for binds every call, and a failure its own kind.
@Suite(.timeLimit(.minutes(10))) struct BackOffTests {
    private static let busy = AuthorityFailure.busy(for: .seconds(3000))

    /// A machine in which everything that can be asked for can be asked for now.
    private static func bench() -> MachineBench { MachineBench(in: .signedIn, traits: MachineBench.told) }

    @Test(arguments: Errand.allCases, Errand.allCases)
    func whatTheAuthorityAskedForBindsEveryOtherCall(told: Errand, asked: Errand) throws {
        var bench = MachineBench(in: told.state, traits: MachineBench.told)
        told.run(&bench)
        told.fail(&bench, Self.busy)
        asked.reach(&bench)
        let id = asked.run(&bench)
        #expect(bench.reached == 0, "nothing reaches the authority")
        if asked == .delivery { return #expect(bench.machine.nextDelivery == bench.now.boottime + .seconds(3000)) }
        let error = try #require(bench.error(of: id))
        #expect(error.name == .authorityUnavailable || error.name == .tokenUnavailable)
        #expect((2900...3000).contains(error.retryAfterSeconds ?? 0))
    }

    // The machine is off for 1,000 seconds, or the daemon alone is started anew after them.
    @Test(arguments: Errand.allCases, [false, true])
    func aRestartIsNoReasonToAsk(errand: Errand, isReboot: Bool) throws {
        var bench = MachineBench(in: errand.state, traits: MachineBench.told)
        errand.run(&bench)
        errand.fail(&bench, Self.busy)
        if !isReboot { bench.move(.seconds(1000)) }
        bench.restart(rebootAt: isReboot ? bench.wall + 1000 : nil)
        if errand != .delivery { errand.run(&bench) }
        #expect(bench.reached == 0)
        bench.move(.seconds(1999))
        if errand == .delivery { bench.handle(.tick) } else { errand.run(&bench) }
        #expect(bench.reached == 0)
        bench.move(.seconds(1))
        if errand == .delivery { bench.handle(.tick) } else { errand.run(&bench) }
        #expect(bench.reached > 0)
    }

    @Test func aClockThatWasSetBackMeanwhileMakesThePauseNoLonger() {
        var bench = Self.bench()
        Errand.profile.run(&bench)
        Errand.profile.fail(&bench, Self.busy)
        bench.restart(rebootAt: bench.wall - 100_000)
        bench.move(.seconds(2999))
        Errand.profile.run(&bench)
        #expect(bench.reached == 0)
        bench.move(.seconds(1))
        Errand.profile.run(&bench)
        #expect(bench.reached > 0)
    }

    @Test func whatAnotherAuthorityAskedForIsForgottenAtAStart() {
        var bench = Self.bench()
        Errand.profile.run(&bench)
        Errand.profile.fail(&bench, Self.busy)
        bench.restart(MachineBench.traits(key: "other"))
        Errand.signIn.run(&bench)
        #expect(bench.reached > 0)
    }

    @Test(arguments: Errand.allCases)
    func itIsAskedAgainWhenThatTimeIsOver(errand: Errand) {
        var bench = MachineBench(in: errand.state, traits: MachineBench.told)
        errand.run(&bench)
        errand.fail(&bench, Self.busy)
        bench.move(.seconds(3000))
        if errand == .delivery { bench.handle(.tick) } else { errand.run(&bench) }
        #expect(bench.reached > 0)
    }

    @Test(arguments: Errand.allCases)
    func aPlainFailureBindsItsOwnKindAlone(failed: Errand) {
        for asked in Errand.allCases where asked.kind != failed.kind {
            var bench = MachineBench(in: failed.state, traits: MachineBench.told)
            failed.run(&bench)
            failed.fail(&bench, .outage)
            asked.reach(&bench)
            asked.run(&bench)
            #expect(bench.reached > 0, "\(asked) after \(failed)")
        }
    }

    @Test(arguments: [Errand.signIn, .simple, .deletion, .profile, .refresh])
    func aCallerInALoopForAMinuteReachesItAHandfulOfTimes(errand: Errand) throws {
        var bench = MachineBench(in: errand.state, traits: MachineBench.told)
        var reached = 0
        for _ in 0..<6000 {
            let id = errand.run(&bench)
            if bench.reached > 0 {
                reached += 1
                errand.fail(&bench, .outage)
            } else {
                let error = try #require(bench.error(of: id))
                #expect((1...64).contains(error.retryAfterSeconds ?? 0))
            }
            bench.move(.milliseconds(10))
        }
        #expect((4...9).contains(reached), "\(reached)")
    }

    @Test func whoTypesAPasswordAfterOneFailureMayTryAgainWithinASecond() throws {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        let first = Errand.signIn.run(&bench)
        Errand.signIn.fail(&bench, .outage)
        #expect(bench.error(of: first)?.retryAfterSeconds == 1)
        bench.move(.seconds(1))
        Errand.signIn.run(&bench)
        bench.admit()
        #expect(bench.phase == .signedIn)
    }

    @Test func aWrongPasswordIsNoFailureOfTheAuthority() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        for _ in 0..<5 {
            Errand.signIn.run(&bench)
            #expect(bench.reached == 1)
            Errand.signIn.fail(&bench, .rejection)
        }
    }

    @Test func aSuccessEndsTheBackOffOfItsKind() {
        var bench = Self.bench()
        for seconds in [1, 2, 4] {
            Errand.profile.run(&bench)
            Errand.profile.fail(&bench, .outage)
            bench.move(.seconds(seconds))
        }
        let id = Errand.profile.run(&bench)
        bench.handle(.profileEnded(id, .success(.object([]))))
        Errand.profile.run(&bench)
        Errand.profile.fail(&bench, .outage)
        bench.move(.seconds(1))
        Errand.profile.run(&bench)
        #expect(bench.reached == 1)
    }

    @Test func whatFailedTogetherCountsOnce() {
        var bench = Self.bench()
        let ids = (0..<20).map { _ in Errand.profile.run(&bench) }
        for id in ids { bench.handle(.profileEnded(id, .failure(.outage))) }
        bench.move(.seconds(1))
        Errand.profile.run(&bench)
        #expect(bench.reached == 1)
    }

    @Test func whoseCallersGiveUpIsHeldUpToo() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        var reached = 0
        for _ in 0..<6000 {
            let id = Errand.signIn.run(&bench)
            reached += bench.reached
            bench.handle(.abandon(id, deadlinePassed: false))
            bench.move(.milliseconds(10))
        }
        #expect((4...12).contains(reached), "\(reached)")
        bench.move(.seconds(16))
        Errand.signIn.run(&bench)
        #expect(bench.reached == 1, "nobody is locked out for long by it")
    }

    @Test func whoGivesUpOnceWaitsForNothing() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.handle(.abandon(Errand.signIn.run(&bench), deadlinePassed: false))
        Errand.signIn.run(&bench)
        #expect(bench.reached == 1)
    }

    @Test func peopleMayTryAtOnceWhenThereIsANetworkAgain() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        for seconds in [1, 2, 4, 8, 16, 0] {
            Errand.signIn.run(&bench)
            Errand.signIn.fail(&bench, .outage)
            bench.move(.seconds(seconds))
        }
        bench.handle(.networkReturned)
        Errand.signIn.run(&bench)
        #expect(bench.reached == 1)
    }

    @Test func aTokenFromElsewhereNeedsNoAuthority() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        Errand.signIn.run(&bench)
        Errand.signIn.fail(&bench, Self.busy)
        bench.call(.authenticate(.tokenOf()))
        #expect(bench.reached == 1)
    }

    @Test func theDevicesOwnAuthorityIsNeverSpared() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.renewing)
        for _ in 0..<5 {
            Errand.signIn.run(&bench)
            #expect(bench.reached == 1)
            Errand.signIn.fail(&bench, .outage)
        }
    }

    @Test func theStatusSaysWhenItIsAskedNext() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        Errand.signIn.run(&bench)
        bench.move(MachineBench.lifetime - .seconds(60))
        Errand.signIn.fail(&bench, Self.busy)
        #expect(bench.status.authority.nextAttemptAt == bench.now.wallClock(at: bench.now.boottime + .seconds(3000)))
    }
}
