// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// A session that goes on is never shown as over, and no two methods deny one another.
@Suite(.timeLimit(.minutes(10))) struct AgreementTests {
    /// What can be done before one looks.
    enum Step: CaseIterable, Sendable {
        case expire, sleepBeyondTheEnd, restart, rebootAhead, rebootBehind, fail, reject, renew

        func apply(to bench: inout MachineBench) {
            let slot: Slot = bench.record.client == nil ? .anonymous : .client
            switch self {
            case .expire: bench.pass(MachineBench.lifetime)
            case .sleepBeyondTheEnd: bench.move(MachineBench.lifetime)
            case .restart: bench.restart()
            case .rebootAhead: bench.restart(rebootAt: bench.wall + 86_400)
            case .rebootBehind: bench.restart(rebootAt: bench.wall - 86_400)
            case .fail: bench.endFlight(slot, .failure(.outage))
            case .reject: bench.endFlight(slot, .failure(.rejection))
            case .renew: bench.land(slot)
            }
        }
    }

    @Test(arguments: StartingState.allCases, [MachineBench.renewing, MachineBench.told])
    func allMethodsAgreeWhateverHasHappened(state: StartingState, traits: AuthorityTraits) throws {
        let bench = MachineBench(in: state, traits: traits)
        for first in Step.allCases {
            for second in Step.allCases {
                for third in Step.allCases {
                    var next = bench
                    for step in [first, second, third] {
                        step.apply(to: &next)
                        do { try Agreement(of: next.machine, at: next.now).check() } catch {
                            Issue.record("\([first, second, third]), at \(step): \(error)")
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: [StartingState.signedIn, .simple])
    func whatTheDeviceCanRenewGoesOn(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.renewing)
        let before = bench.status
        bench.move(MachineBench.lifetime * 2)
        for _ in 0..<2 {
            #expect(bench.status.state == before.state && bench.status.login == before.login)
            #expect(bench.status.signedIn == before.signedIn && bench.status.generation == before.generation)
            #expect(bench.status.tokenState == .expired && bench.status.expiresInSeconds == 0)
            bench.handle(.tick)
            #expect(bench.changes.isEmpty)
        }
        bench.land(state == .signedIn ? .client : .anonymous)
        #expect(bench.status.tokenState == .valid && bench.changes == [.tokenRefreshed])
    }

    @Test(arguments: [StartingState.signedIn, .simple])
    func whatLooksExpiredGoesOnForAsLongAsTheTimeIsNotProven(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        bench.restart(rebootAt: bench.wall + 86_400)
        let slot: Slot = state == .signedIn ? .client : .anonymous
        for _ in 0..<10 {
            #expect(bench.status.state.rawValue == state.rawValue && bench.status.tokenState == .expired)
            let id = bench.call(.retrieveToken(RetrieveToken()))
            bench.endFlight(slot, .failure(.outage))
            #expect(bench.error(of: id)?.name == .tokenUnavailable)
            let late = bench.call(.retrieveToken(RetrieveToken(requireSignedIn: state == .signedIn)))
            #expect(bench.error(of: late)?.name == .tokenUnavailable && bench.tokenAnswer(to: late) == nil)
            bench.pass(.seconds(900))
        }
    }

    @Test func aCustomerWhoseTokenMayLiveIsNotForgottenByRegenerating() {
        var bench = MachineBench(in: .simple, traits: MachineBench.renewing)
        bench.move(MachineBench.lifetime)
        let id = bench.call(.regenerate(RegenerateUUID()))
        #expect(bench.error(of: id)?.name == .notAnonymous)
    }

    @Test func anAccountIsDeletedWithATokenThatMayLive() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.restart(rebootAt: bench.wall + 86_400)
        let token = bench.record.client
        bench.call(.authenticate(.deletion(DeleteAccount(authFactor: Secret("p")))))
        let asked = bench.effects.compactMap { if case .startDeletion(_, let token) = $0 { token } else { nil } }
        #expect(asked == [token])
    }

    @Test func onlyTheOwnerSaysWhatComesAfterTheEndOfATokenThatCannotBeRenewed() {
        for state in [StartingState.signedIn, .simple] {
            let bench = MachineBench(in: state)
            let snapshot = bench.machine.snapshot(at: bench.now)
            let end = bench.record[state == .signedIn ? .client : .anonymous]?.expiresBoottime ?? .zero
            #expect(snapshot.overAt == end)
            let atEnd = Moment(boottime: end, wall: bench.now.wall)
            #expect(snapshot.isOver(at: atEnd) && snapshot.holdsUntil(from: bench.now) <= end)
            #expect(snapshot.immediateAnswer(to: RetrieveToken(), at: atEnd) == nil)
        }
        let anonymous = MachineBench(in: .anonymous)
        #expect(anonymous.machine.snapshot(at: anonymous.now).overAt == nil)
    }
}
