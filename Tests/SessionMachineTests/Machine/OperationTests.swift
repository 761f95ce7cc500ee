// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct OperationTests {
    @Test(arguments: StartingState.allCases)
    func theStatesAreThoseOfTheTable(state: StartingState) {
        let bench = MachineBench(in: state)
        #expect(bench.phase.rawValue == state.rawValue)
        #expect(bench.status.signedIn == (state == .signedIn))
        #expect(bench.status.signedInViaSimpleAuthentication == (state == .simple))
    }

    @Test func theTableIsWhole() {
        let pairs = Set(OperationRow.all.map(\.testDescription))
        #expect(pairs.count == Operation.allCases.count * StartingState.allCases.count)
        #expect(OperationRow.all.count == pairs.count)
    }

    @Test(arguments: OperationRow.all)
    func doesWhatTheTableSays(row: OperationRow) {
        var bench = MachineBench(in: row.state)
        let before = bench.record
        let id = bench.call(row.operation.call)
        if case .authenticate(let credentials) = row.operation.call, row.outcome.error == nil {
            #expect(bench.record == before, "nothing changes before the authority has decided")
            #expect(bench.durability == .nothing && bench.answer(to: id) == nil && bench.changes.isEmpty)
            bench.admit(credentials.expectedOrigin)
        }
        #expect(outcome(of: bench, id, since: before, row) == row.outcome)
    }

    @Test(arguments: OperationRow.all.filter { $0.outcome.error != nil })
    func aRefusalChangesNothing(row: OperationRow) {
        var bench = MachineBench(in: row.state)
        let before = bench.machine
        let id = bench.call(row.operation.call)
        #expect(bench.machine == before)
        #expect(bench.effects.count == 1 && bench.error(of: id) != nil)
    }

    @Test(arguments: Operation.allCases, StartingState.allCases)
    func isRefusedWhereAnotherGenerationIsMeant(operation: Operation, state: StartingState) {
        var bench = MachineBench(in: state)
        let before = bench.machine
        let id = bench.call(operation.call(ifGeneration: bench.record.generation - 1))
        #expect(bench.error(of: id)?.name == .generationMismatch)
        #expect(bench.machine == before)
        #expect(bench.durability == .nothing)
    }

    @Test(arguments: Operation.allCases)
    func isDoneWhereTheGenerationIsMeant(operation: Operation) {
        var bench = MachineBench(in: .anonymous)
        let id = bench.call(operation.call(ifGeneration: bench.record.generation))
        #expect(bench.error(of: id) == nil)
    }

    @Test(arguments: [Operation.signOut, .destroy, .signOutWithDestroy])
    func signingOutTwiceTellsOnce(operation: Operation) {
        var bench = MachineBench(in: .signedIn)
        bench.call(operation.call)
        let told = bench.changes
        let id = bench.call(Operation.signOut.call)
        #expect(told.contains { $0.kind == .signedOut })
        #expect(bench.changes.isEmpty)
        #expect(bench.answer(to: id) == .signedOut(changed: false, authority: .notNeeded))
    }

    @Test func aSignOutEndsTheExpiredStateWithoutTellingAgain() {
        var bench = MachineBench(in: .expired)
        let id = bench.call(Operation.signOut.call)
        #expect(bench.answer(to: id) == .signedOut(changed: true, authority: .notNeeded))
        #expect(bench.phase == .anonymous)
    }

    @Test func signingOutEndsBothCustomersSessionsAtOnce() {
        var bench = MachineBench(in: .simple)
        bench.authenticate(.passwordOf("x@y", authID: "alice"))
        #expect(bench.record.anonymous?.issued.origin == .simpleAuth && bench.record.client != nil)
        let before = bench.record
        bench.call(Operation.signOut.call)
        #expect(bench.record.anonymous == nil && bench.record.client == nil)
        #expect(bench.changes == [.signedOut(.userSignOut)])
        #expect(bench.record.generation == before.generation + 1 && bench.record.uuid == before.uuid)
    }

    @Test(arguments: [" ", "\t\n"])
    func aBlankLabelIsRefused(text: String) {
        var bench = MachineBench(in: .anonymous)
        let before = bench.record
        let id = bench.call(
            .setIdentity(SetIdentity(customEmail: .clear, customIdentifier: .set(text))))
        #expect(bench.error(of: id)?.name == .invalidParams)
        #expect(bench.record == before)
    }

    @Test func settingALabelToWhatItIsTellsNothing() {
        var bench = MachineBench(in: .anonymous)
        let id = bench.call(.setIdentity(SetIdentity(customEmail: .set(" label@example.com"))))
        #expect(bench.answer(to: id) == .status)
        #expect(bench.changes.isEmpty && bench.durability == .nothing)
    }

    private func outcome(
        of bench: MachineBench, _ id: CallID, since before: SessionRecord, _ row: OperationRow
    ) -> Outcome {
        let record = bench.record
        return Outcome(
            error: bench.error(of: id)?.name, generations: record.generation - before.generation,
            identity: identity(record, before, row.operation), anonymous: record.anonymous?.issued.origin,
            client: record.client?.issued.origin, hasLogin: record.login != nil, label: record.customEmail,
            changes: bench.changes, durability: bench.durability)
    }

    private func identity(
        _ record: SessionRecord, _ before: SessionRecord, _ operation: Operation
    ) -> Outcome.Identity? {
        switch record.uuid {
        case before.uuid: return .kept
        case AuthenticationAttempt.Credentials.givenUUID: return record.uuidOrigin == .injected ? .given : nil
        case Identifier.uuid(of: operation == .simple ? "carol" : "dora@x", salt: "salt"):
            return record.uuidOrigin == .derived ? .derived : nil
        default: return record.uuidOrigin == .generated ? .another : nil
        }
    }
}
