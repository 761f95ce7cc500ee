// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// The note of a refresh in flight: after a crash nobody knows whether the token was replaced.
@Suite(.timeLimit(.minutes(10))) struct InterruptedRefreshTests {
    private func refreshing(_ state: StartingState) -> MachineBench {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        bench.effects = bench.abandonedRefresh()
        return bench
    }

    private func slot(_ state: StartingState) -> Slot { state == .signedIn ? .client : .anonymous }

    @Test(arguments: [StartingState.anonymous, .simple, .signedIn])
    func aRefreshIsNotedBeforeItIsSent(state: StartingState) {
        let bench = refreshing(state)
        #expect(bench.record.refreshing == slot(state) && bench.durability == .bestEffort)
    }

    @Test(arguments: [StartingState.anonymous, .simple, .signedIn])
    func theNoteGoesWithTheAnswer(state: StartingState) {
        for isToken in [true, false] {
            var bench = refreshing(state)
            let answer: Result<IssuedToken, AuthorityFailure> =
                isToken ? .success(bench.token()) : .failure(.outage)
            bench.endFlight(slot(state), answer)
            #expect(bench.record.refreshing == nil && bench.durability == .bestEffort)
        }
    }

    @Test func neitherALoginNorTheDevicesOwnRefreshIsNoted() {
        var bench = MachineBench(traits: MachineBench.told)
        bench.pass(.seconds(1))
        #expect(bench.started.map(\.kind) == [.login] && bench.record.refreshing == nil)
        bench = MachineBench(in: .signedIn, traits: MachineBench.renewing)
        bench.call(.refreshToken)
        #expect(bench.started.count == 1 && bench.record.refreshing == nil)
    }

    @Test(arguments: [StartingState.anonymous, .simple, .signedIn])
    func afterACrashThereIsExactlyOneImmediateRetry(state: StartingState) throws {
        var bench = refreshing(state)
        let token = try #require(bench.record[slot(state)])
        bench.restart()
        #expect(bench.started.map(\.kind) == [.refresh(token)])
        #expect(bench.record.refreshing == slot(state), "it is noted again")
        bench.endFlight(slot(state), .failure(.outage))
        #expect(bench.started.isEmpty && bench.record.refreshing == nil)
        let next = bench.nextAttempt(slot(state))
        #expect(next - bench.now.boottime >= .seconds(450), "from then on as any refresh that failed")
        bench.restart()
        #expect(bench.started.isEmpty)
    }

    @Test func theRetrysRejectionEndsTheSession() {
        var bench = refreshing(.signedIn)
        bench.restart()
        bench.endFlight(.client, .failure(.rejection))
        #expect(bench.changes == [.signedOut(.clientRejected)])
    }

    @Test func aRetryIsMadeOverARebootToo() {
        var bench = refreshing(.signedIn)
        bench.restart(rebootAt: bench.wall)
        #expect(bench.started.map(\.slot) == [.client])
    }

    @Test(arguments: [Operation.signOut, .destroy, .signOutWithDestroy])
    func theNoteGoesWithTheToken(operation: Operation) {
        var bench = refreshing(.signedIn)
        bench.call(operation.call)
        #expect(bench.record.refreshing == nil)
        bench.restart()
        bench.authenticate(.passwordOf("bob@example.com"))
        #expect(!bench.started.contains { $0.slot == .client }, "the next customer's token is new")
        bench.pass(.seconds(20))
        #expect(!bench.started.contains { $0.slot == .client })
    }

    @Test func simpleAuthenticationTakesTheNoteAway() {
        var bench = refreshing(.anonymous)
        bench.authenticate(.simpleFor("a", authID: "a"))
        #expect(bench.record.refreshing == nil)
        bench = refreshing(.anonymous)
        bench.machine.interruptedRefresh = .anonymous
        bench.authenticate(.simpleFor("a", authID: "a"))
        #expect(bench.machine.interruptedRefresh == nil)
    }

    @Test func anotherKeyTakesTheNoteAway() {
        for destroys in [true, false] {
            var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
            bench.machine = bench.machine.with(SessionPolicy(destroysOnKeyChange: destroys))
            _ = bench.abandonedRefresh()
            bench.call(.changeAPIKey(ChangeAPIKey(apiKey: Secret("new"))))
            #expect(bench.record.refreshing == nil)
        }
    }
}

extension MachineBench {
    /// Has a refresh made that nobody waits for any longer; what that led to.
    fileprivate mutating func abandonedRefresh() -> [SessionEffect] {
        let id = call(.refreshToken)
        let (started, needed) = (effects, durability)
        handle(.abandon(id, deadlinePassed: false))
        durability = needed
        return started
    }
}
