// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// `authority.changeAPIKey`, and what is kept of it (docs/authorities.md, B6, B7).
@Suite(.timeLimit(.minutes(10))) struct KeyChangeTests {
    private func change(_ key: String) -> SessionCall { .changeAPIKey(ChangeAPIKey(apiKey: Secret(key))) }

    private func hash(_ key: String) -> String { Binding.hash(Secret(key)) }

    @Test(arguments: StartingState.allCases)
    func theSameKeyChangesNothing(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let before = bench.record
        let id = bench.call(change("key"))
        #expect(bench.answer(to: id) == .status && bench.record == before)
        #expect(!bench.effects.contains(.changeAuthority))
    }

    @Test(arguments: StartingState.allCases)
    func anotherKeyIsADestroyThatHasToBeStored(state: StartingState) {
        var bench = MachineBench(in: state, traits: MachineBench.told)
        let before = bench.record
        let id = bench.call(change("new"))
        #expect(bench.answer(to: id) == .status && bench.durability == .required)
        #expect(bench.record.generation == before.generation + 1 && bench.record.uuid != before.uuid)
        #expect(bench.record.client == nil && bench.record.anonymous == nil)
        #expect(bench.record.binding == MachineBench.traits(key: "new").binding)
        let hadCustomer = state == .signedIn || state == .simple
        #expect(
            bench.changes == (hadCustomer ? [.signedOut(.apiKeyChanged)] : [])
                + [.uuidChanged(.destroy), .identityChanged])
    }

    @Test func theAuthorityIsChangedBeforeItIsAsked() throws {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.machine.customerSince = .zero
        bench.call(.retrieveToken(RetrieveToken(minimumValiditySeconds: 3600)))
        bench.call(change("new"))
        let changed = try #require(bench.effects.firstIndex(of: .changeAuthority))
        let asked = bench.effects.firstIndex { if case .startFlight = $0 { true } else { false } }
        #expect(try #require(asked) > changed, "the waiter is judged anew, and asks for a token with the new key")
    }

    @Test func theSessionIsKeptWhereTheConfigurationSaysSo() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.machine = bench.machine.with(SessionPolicy(destroysOnKeyChange: false))
        let before = bench.record
        bench.call(change("new"))
        #expect(bench.record.client == before.client && bench.record.generation == before.generation + 1)
        #expect(bench.record.replacedKey != nil && bench.effects.contains(.changeAuthority))
    }

    @Test(arguments: [true, false], [true, false])
    func whatWasAskedForWithTheLastKeyIsDropped(isToken: Bool, destroys: Bool) {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.machine = bench.machine.with(SessionPolicy(destroysOnKeyChange: destroys))
        bench.call(.refreshToken)
        let flight = bench.machine.activities[.client]?.flight?.id ?? 0
        bench.call(change("new"))
        let before = bench.record
        bench.handle(.flightEnded(flight, isToken ? .success(bench.token()) : .failure(.rejection)))
        #expect(flight != 0 && bench.record == before && bench.changes.isEmpty)
    }

    @Test func aRunningAuthenticationIsSuperseded() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        let id = bench.call(.authenticate(.passwordOf("a@b")))
        bench.call(change("new"))
        #expect(bench.error(of: id)?.name == .superseded)
        bench.admit()
        #expect(bench.record.client == nil)
    }

    @Test func theDevicesOwnAuthorityHasNoKey() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.renewing)
        let before = bench.record
        let id = bench.call(change("new"))
        #expect(bench.error(of: id)?.name == .unsupported && bench.record == before)
    }

    @Test func theKeyIsKeptWithTheConfiguredOneThatItReplaces() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.call(change("second"))
        #expect(bench.record.replacedKey == ReplacedKey(apiKey: Secret("second"), configuredHash: hash("key")))
        bench.call(change("third"))
        #expect(bench.record.replacedKey == ReplacedKey(apiKey: Secret("third"), configuredHash: hash("key")))
        let before = bench.record
        bench.restart(MachineBench.traits(key: "third"))
        #expect(bench.record.replacedKey == before.replacedKey && bench.record.uuid == before.uuid)
    }

    @Test func theConfiguredKeyAgainReplacesNothing() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.call(change("second"))
        bench.call(change("key"))
        #expect(bench.record.replacedKey == nil && bench.record.binding == MachineBench.told.binding)
    }

    @Test func anotherConfiguredKeyEndsTheReplacementForGood() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.call(change("second"))
        bench.restart(MachineBench.traits(key: "configured later"))
        #expect(bench.record.replacedKey == nil, "and no copy of it is kept")
        bench.call(change("third"))
        #expect(
            bench.record.replacedKey == ReplacedKey(apiKey: Secret("third"), configuredHash: hash("configured later")))
    }
}

extension SessionMachine {
    /// The same machine under another policy.
    func with(_ policy: SessionPolicy) -> SessionMachine {
        var turn = Turn(now: Moment(boottime: customerSince, wall: Timestamp(secondsSince1970: 0)))
        var machine = SessionMachine(record: record, policy: policy, traits: traits, store: store, turn: &turn)
        machine.activities = activities
        return machine
    }
}
