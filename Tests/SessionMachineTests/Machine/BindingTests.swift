// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What a session is bound to, and what another binding does to it (docs/authorities.md, B1, B2, B3, B4).
@Suite(.timeLimit(.minutes(10))) struct BindingTests {
    private static let otherKey = MachineBench.traits(key: "other")
    private static let otherOrigin = MachineBench.traits(origin: "https://b.example")
    private static let otherKind = MachineBench.traits(kind: "else")

    @Test(arguments: StartingState.allCases)
    func aRestartWithTheSameBindingChangesNothing(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let before = bench.record
        bench.restart()
        #expect(bench.record.untold == before.untold && bench.changes.isEmpty)
    }

    @Test(
        arguments: [
            (otherKey, EndReason.apiKeyChanged), (otherOrigin, .sessionDestroyed), (otherKind, .sessionDestroyed),
        ], StartingState.allCases)
    func aRestartWithAnotherBindingIsADestroy(_ row: (AuthorityTraits, EndReason), state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let before = bench.record
        bench.restart(row.0)
        #expect(bench.record.generation == before.generation + 1 && bench.record.uuid != before.uuid)
        #expect(bench.record.client == nil && bench.record.anonymous == nil && bench.record.login == nil)
        #expect(bench.record.customEmail == nil && bench.record.lastAccount == nil)
        #expect(bench.record.binding == row.0.binding && bench.durability == .bestEffort)
        let hadCustomer = state == .signedIn || state == .simple
        #expect(
            bench.changes == (hadCustomer ? [.signedOut(row.1)] : []) + [.uuidChanged(.destroy), .identityChanged])
    }

    @Test(arguments: StartingState.allCases)
    func anotherKeyLeavesTheSessionAloneWhereTheConfigurationSaysSo(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        var expected = bench.record
        bench.restart(Self.otherKey, policy: SessionPolicy(destroysOnKeyChange: false))
        expected.binding = Self.otherKey.binding
        // Also where the customer stays (docs/behaviour.md, G1).
        expected.generation += 1
        #expect(bench.record.untold == expected.untold && bench.changes.isEmpty && bench.durability == .bestEffort)
    }

    @Test(arguments: [otherOrigin, otherKind])
    func noSettingTakesATokenToAnotherOriginOrKind(traits: AuthorityTraits) {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.restart(traits, policy: SessionPolicy(destroysOnKeyChange: false))
        #expect(bench.record.client == nil && bench.record.anonymous == nil)
        #expect(bench.changes.first == .signedOut(.sessionDestroyed))
    }

    @Test func timeThatAnotherAuthorityProvedIsNotProven() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.restart(Self.otherOrigin)
        #expect(!bench.record.isTimeProven)
    }

    @Test func timeStaysProvenWithAnotherKeyAndOverARestart() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.restart()
        #expect(bench.record.isTimeProven)
        bench.restart(Self.otherKey)
        #expect(bench.record.isTimeProven)
    }

    @Test(arguments: [otherKey, otherOrigin, otherKind])
    func aSignOutThatWaitsIsNeverToldToAnotherBinding(traits: AuthorityTraits) {
        for destroys in [true, false] {
            var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
            bench.visit("alice")
            #expect(bench.record.outbox.count == 1)
            bench.restart(traits, policy: SessionPolicy(destroysOnKeyChange: destroys))
            #expect(bench.record.outbox.isEmpty && bench.delivered.isEmpty)
        }
    }

    @Test func whatWasStoredBeforeThereWereBindingsIsTheDevicesOwn() throws {
        // Tokens of the embedded authority, by a version that knew no other.
        var record = MachineBench(in: .signedIn).record
        record.binding = nil
        let boot = SessionRecord.Boot(id: "b", now: Moment(boottime: .zero, wall: Timestamp(secondsSince1970: 0)))
        let read = try SessionRecord(stored: record.stored(in: boot), in: boot)
        var turn = Turn(now: boot.now)
        let elsewhere = SessionMachine(
            record: read, policy: SessionPolicy(), traits: MachineBench.told,
            store: StoreStatus(sealed: false, state: .ok), turn: &turn)
        #expect(elsewhere.record.client == nil && elsewhere.record.generation == record.generation + 1)
        let local = AuthorityTraits.onDevice(Binding(kind: "local"))
        let stayed = SessionMachine(
            record: read, policy: SessionPolicy(), traits: local, store: StoreStatus(sealed: false, state: .ok),
            turn: &turn)
        #expect(stayed.record.client?.issued.secret == record.client?.issued.secret)
    }

    @Test func aBindingThatCannotBeReadIsNoLicenceToUseTheTokens() throws {
        let bench = MachineBench(in: .signedIn)
        let boot = SessionRecord.Boot(id: "b", now: bench.now)
        let stored = try JSONValue(parsing: bench.record.stored(in: boot))
        let members = (stored.members ?? []).map { $0.name == "binding" ? JSONMember("binding", .bool(true)) : $0 }
        var writer = JSONWriter()
        writer.value(.object(members))
        let bytes = writer.bytes
        let error = #expect(throws: SessionError.self) { try SessionRecord(stored: bytes, in: boot) }
        #expect(error?.name == .storeLocked && error?.message.contains("binding") == true)
    }
}
