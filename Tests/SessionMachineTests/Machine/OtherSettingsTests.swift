// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What comes of calls that were made with the settings from before a reload (docs/authorities.md, A11).
@Suite(.timeLimit(.minutes(10))) struct OtherSettingsTests {
    @Test(arguments: Errand.allCases, [AuthorityFailure.refusedClient, .outage])
    func aLateFailureIsNotJudgedAsOneOfTheseSettings(errand: Errand, failure: AuthorityFailure) {
        var bench = MachineBench(in: errand.state, traits: MachineBench.told)
        errand.run(&bench)
        bench.handle(.reconfigured(bench.machine.policy, MachineBench.told))
        errand.fail(&bench, failure)
        #expect(bench.status.authority.lastError == nil && bench.status.authority.reachable)
        #expect(bench.machine.pauses.askable(errand.kind) <= bench.now.boottime)
        // What somebody waits for, or has to be told, is asked anew at once.
        let isTried = [.login, .refresh, .delivery].contains(errand)
        #expect(bench.reached == (isTried ? 1 : 0))
        // The next failure is these settings' own.
        if !isTried { errand.run(&bench) }
        errand.fail(&bench, failure)
        #expect(bench.status.authority.lastError == failure.name)
    }

    @Test func aTokenThatComesLateIsUsedAndTakesBackNothing() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.call(.refreshToken)
        bench.handle(.reconfigured(bench.machine.policy, MachineBench.told))
        Errand.profile.run(&bench)
        Errand.profile.fail(&bench, .outage)
        bench.land(.client)
        #expect(bench.changes == [.tokenRefreshed])
        #expect(bench.status.authority.lastError == "authorityUnavailable" && !bench.status.authority.reachable)
    }

    @Test func aLateRejectionOfTheGrantIsAskedAboutAnew() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.call(.refreshToken)
        bench.handle(.reconfigured(bench.machine.policy, MachineBench.told))
        bench.endFlight(.client, .failure(.rejection))
        #expect(bench.changes.isEmpty && bench.reached == 1)
        bench.endFlight(.client, .failure(.rejection))
        #expect(bench.changes.contains(.signedOut(.clientRejected)))
    }

    @Test(arguments: [AuthorityFailure.rejection, AuthorityFailure(.unsupported, "takes nothing back")])
    func aSignOutThatWasRefusedToThemIsToldAnew(failure: AuthorityFailure) {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        Errand.delivery.run(&bench)
        bench.handle(.reconfigured(bench.machine.policy, MachineBench.told))
        Errand.delivery.fail(&bench, failure)
        #expect(bench.delivered.count == 1 && bench.record.outbox.count == 1)
        Errand.delivery.fail(&bench, failure)
        #expect(bench.record.outbox.isEmpty)
    }

    @Test(arguments: [AuthorityFailure.refusedClient, .outage])
    func aLoopOfReloadsIsNoneOfRequests(failure: AuthorityFailure) {
        var traits = AuthorityTraits.provider()
        traits.needsPreparation = true
        var bench = MachineBench(traits: traits)
        bench.signInAtProvider(lifetime: .seconds(1))
        bench.move(.seconds(2))
        var (readings, refreshes) = (0, 0)
        for _ in 0..<1_200 {
            bench.handle(.reconfigured(bench.machine.policy, traits))
            (readings, refreshes) = (readings + (bench.prepared == nil ? 0 : 1), refreshes + bench.started.count)
            if case .running(let id) = bench.machine.preparation {
                bench.handle(.preparationEnded(id, .failure(failure)))
                refreshes += bench.started.count
            }
            bench.endFlight(.client, .failure(failure))
            refreshes += bench.started.count
            bench.move(.milliseconds(50))
        }
        #expect((1...30).contains(readings) && (1...30).contains(refreshes), "\(readings), \(refreshes)")
        bench.pass(.seconds(60))
        bench.handle(.reconfigured(bench.machine.policy, traits))
        #expect(bench.prepared != nil)
    }

    @Test func aWishToBeLeftAloneHoldsWhateverTheSettings() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.call(.refreshToken)
        bench.handle(.reconfigured(bench.machine.policy, MachineBench.told))
        bench.endFlight(.client, .failure(.busy(for: .seconds(90))))
        #expect(bench.record.quietUntil == bench.now.boottime + .seconds(90) && bench.started.isEmpty)
    }
}
