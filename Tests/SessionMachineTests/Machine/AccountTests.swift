// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// `session.profile` and `session.deleteAccount`.
@Suite(.timeLimit(.minutes(10))) struct AccountTests {
    private let deletion = SessionCall.authenticate(.deletion(DeleteAccount(authFactor: Secret("p"))))

    private func asked(_ bench: MachineBench) -> [Token] {
        bench.effects.compactMap { if case .fetchProfile(_, let token) = $0 { token } else { nil } }
    }

    @Test func aProfileIsAskedForWithTheClientToken() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let id = bench.call(.profile)
        #expect(asked(bench) == [bench.record.client] && bench.answer(to: id) == nil)
        bench.handle(.profileEnded(id, .success(.string("me"))))
        #expect(bench.answer(to: id) == .profile(.string("me")) && bench.durability == .nothing)
    }

    @Test(
        arguments: [
            (StartingState.none, ErrorName.notSignedIn), (.anonymous, .notSignedIn), (.simple, .notSignedIn),
            (.expired, .sessionExpired),
        ])
    func aProfileNeedsACustomer(state: StartingState, error: ErrorName) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let id = bench.call(.profile)
        #expect(bench.error(of: id)?.name == error && asked(bench).isEmpty)
    }

    @Test(arguments: [AuthorityFailure.rejection, .outage, AuthorityFailure(.unsupported, "cannot")])
    func aProfileThatIsRefusedEndsNothing(failure: AuthorityFailure) {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let before = bench.record
        let id = bench.call(.profile)
        bench.handle(.profileEnded(id, .failure(failure)))
        #expect(bench.error(of: id)?.message == failure.message && bench.record.untold == before.untold)
    }

    @Test func aProfileWaitsForATokenThatMayLive() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.restart(rebootAt: bench.wall + 86_400)
        let id = bench.call(.profile)
        #expect(asked(bench).isEmpty && bench.answer(to: id) == nil)
        bench.land(.client)
        #expect(asked(bench) == [bench.record.client])
    }

    @Test func aProfileIsNeverTheLastCustomers() {
        var bench = MachineBench.withProvider()
        bench.signInAtProvider("anna")
        let (id, another) = (bench.call(.profile), bench.call(.profile))
        bench.call(.signOut(SignOut(), byAdministrator: false))
        bench.handle(.profileEnded(another, .success(.string("anna"))))
        #expect(bench.error(of: another)?.name == .notSignedIn)
        bench.signInAtProvider("bob")
        bench.handle(.profileEnded(id, .success(.string("anna"))))
        #expect(bench.answer(to: id) == nil && asked(bench) == [bench.record.client])
        bench.handle(.profileEnded(id, .success(.string("bob"))))
        #expect(bench.answer(to: id) == .profile(.string("bob")))
    }

    @Test func theDevicesOwnAuthorityHasNeither() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.renewing)
        let before = bench.record
        for call in [SessionCall.profile, deletion] {
            let id = bench.call(call)
            #expect(bench.error(of: id)?.name == .unsupported && bench.record == before)
        }
    }

    @Test func aDeletionReplacesTheCustomerAndTellsNobodyOfASignOut() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let before = bench.record
        let id = bench.call(deletion)
        #expect(bench.answer(to: id) == nil && bench.record == before)
        #expect(bench.effects.contains { if case .startDeletion(_, before.client) = $0 { true } else { false } })
        bench.handle(.deletionEnded(bench.machine.authentication?.attempt.id ?? 0, .success(nil)))
        #expect(bench.answer(to: id) == .newCustomer && bench.durability == .bestEffort)
        #expect(bench.changes == [.signedOut(.accountDeleted), .uuidChanged(.destroy), .identityChanged])
        #expect(bench.record.client == nil && bench.record.generation == before.generation + 1)
        #expect(bench.record.outbox.isEmpty)
    }

    @Test(arguments: [AuthorityFailure.rejection, .outage, AuthorityFailure(.unsupported, "no path")])
    func aDeletionThatIsRefusedChangesNothing(failure: AuthorityFailure) {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let before = bench.record
        let id = bench.call(deletion)
        bench.handle(.deletionEnded(bench.machine.authentication?.attempt.id ?? 0, .failure(failure)))
        #expect(bench.error(of: id)?.message == failure.message && bench.record.untold == before.untold)
    }

    @Test(arguments: [StartingState.none, .anonymous, .simple, .expired])
    func aDeletionNeedsACustomer(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let id = bench.call(deletion)
        #expect(bench.error(of: id)?.name == .notSignedIn)
    }

    @Test func aDeletionIsBusyWhileAnotherOneRuns() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.call(deletion)
        let id = bench.call(deletion)
        #expect(bench.error(of: id)?.name == .busy)
    }

    @Test(arguments: [Operation.signOut, .destroy, .signOutWithDestroy])
    func aDeletionIsSuperseded(operation: Operation) {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let id = bench.call(deletion)
        let attempt = bench.machine.authentication?.attempt.id ?? 0
        bench.call(operation.call)
        #expect(bench.error(of: id)?.name == .superseded)
        let before = bench.record
        bench.handle(.deletionEnded(attempt, .success(nil)))
        #expect(bench.record == before && bench.changes.isEmpty)
    }

    @Test func aDeletionIsMeantForOneGeneration() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let id = bench.call(.authenticate(.deletion(DeleteAccount(authFactor: Secret("p"), ifGeneration: 1))))
        #expect(bench.error(of: id)?.name == .generationMismatch)
    }
}
