// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// Another configuration while the session goes on: another binding does what it does at a start (docs/authorities.md, B2,
/// B3, B4).
@Suite(.timeLimit(.minutes(10))) struct ReconfigurationTests {
    private static let otherKey = MachineBench.traits(key: "other")
    private static let otherOrigin = MachineBench.traits(origin: "https://b.example")

    @Test(arguments: StartingState.allCases)
    func theSameBindingChangesNothing(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let before = bench.record
        bench.handle(.reconfigured(bench.machine.policy, MachineBench.told))
        bench.handle(.reconfigured(bench.machine.policy, nil))
        #expect(bench.record == before && bench.changes.isEmpty)
    }

    @Test(
        arguments: [(otherKey, EndReason.apiKeyChanged), (otherOrigin, .sessionDestroyed)], StartingState.allCases)
    func anotherBindingIsADestroy(_ row: (AuthorityTraits, EndReason), state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let before = bench.record
        bench.handle(.reconfigured(SessionPolicy(), row.0))
        #expect(bench.record.generation == before.generation + 1 && bench.record.uuid != before.uuid)
        #expect(bench.record.client == nil && bench.record.anonymous == nil && bench.record.login == nil)
        #expect(bench.record.binding == row.0.binding && bench.durability == .bestEffort)
        let hadCustomer = state == .signedIn || state == .simple
        #expect(
            bench.changes == (hadCustomer ? [.signedOut(row.1)] : []) + [.uuidChanged(.destroy), .identityChanged])
    }

    @Test func anotherKeyLeavesTheSessionAloneWhereThatConfigurationSaysSo() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let before = bench.record
        bench.handle(.reconfigured(SessionPolicy(destroysOnKeyChange: false), Self.otherKey))
        #expect(bench.record.client == before.client && bench.record.generation == before.generation + 1)
    }

    @Test(arguments: [true, false], [true, false])
    func whatWasAskedForWithTheLastKeyIsDropped(isToken: Bool, destroys: Bool) {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.call(.refreshToken)
        let flight = bench.machine.activities[.client]?.flight?.id ?? 0
        bench.handle(.reconfigured(SessionPolicy(destroysOnKeyChange: destroys), Self.otherKey))
        let before = bench.record
        bench.handle(.flightEnded(flight, isToken ? .success(bench.token()) : .failure(.rejection)))
        #expect(flight != 0 && bench.record == before && bench.changes.isEmpty)
    }

    @Test func aFlightGoesOnWhereOnlyTheWayToTheAuthorityChanged() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let id = bench.call(.refreshToken)
        bench.handle(.reconfigured(bench.machine.policy, MachineBench.told))
        bench.land(.client)
        #expect(bench.changes == [.tokenRefreshed])
        guard case .facts = bench.answer(to: id) else {
            Issue.record("not answered: \(bench.effects)")
            return
        }
    }

    @Test func aRunningAuthenticationIsSupersededByAnotherKeyOnly() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        let id = bench.call(.authenticate(.passwordOf("a@b")))
        bench.handle(.reconfigured(bench.machine.policy, MachineBench.told))
        #expect(bench.answer(to: id) == nil && bench.machine.authentication != nil)
        bench.handle(.reconfigured(bench.machine.policy, Self.otherKey))
        #expect(bench.error(of: id)?.name == .superseded)
        bench.admit()
        #expect(bench.record.client == nil)
    }

    @Test func anotherSaltCountsFromThenOn() {
        var bench = MachineBench(in: .anonymous)
        bench.handle(.reconfigured(SessionPolicy(identifierSalt: "other"), nil))
        bench.call(.regenerate(RegenerateUUID(clientIdentifier: "a")))
        #expect(bench.record.uuid == Identifier.uuid(of: "a", salt: "other"))
    }

    @Test func anotherRefreshWindowMovesTheNextAttempt() throws {
        var bench = MachineBench(in: .anonymous)
        let token = try #require(bench.record.anonymous)
        let narrow = RefreshPolicy(window: .seconds(10))
        bench.handle(.reconfigured(SessionPolicy(refresh: narrow), nil))
        #expect(bench.machine.nextWakeup(after: bench.now) == narrow.firstAttempt(for: token))
    }

    @Test func aTimeLimitThatIsExceededEndsTheSessionAtOnce() {
        var bench = MachineBench(in: .signedIn)
        bench.move(.seconds(120))
        bench.handle(.reconfigured(SessionPolicy(kiosk: KioskPolicy(idleTimeout: .seconds(60))), nil))
        #expect(bench.record.client == nil && bench.changes.contains(.signedOut(.idleTimeout)))
    }
}
