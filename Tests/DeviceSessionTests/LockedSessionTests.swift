// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct LockedSessionTests {
    static let otherKey = SessionError(.storeLocked, "another key", hint: "rekey")

    private func lockedHarness() async -> SessionHarness {
        let harness = SessionHarness()
        harness.session.begin(with: .locked(LockedSessionTests.otherKey, generation: 41))
        await harness.settle()
        return harness
    }

    @Test(arguments: Operation.allCases.map(\.call) + [.refreshToken, .retrieveToken(RetrieveToken())])
    func everyCallIsRefused(call: SessionCall) async {
        let harness = await lockedHarness()
        let result = await harness.call(call)
        #expect(result.failure == LockedSessionTests.otherKey)
        #expect(harness.log.entries == [.locked, .answered(1, .storeLocked)])
    }

    @Test func onlyDiscardingBeginsAnewBeyondEveryGeneration() async {
        let harness = await lockedHarness()
        let result = await harness.call(.destroy(Destroy(discardUnreadable: true)))
        let answer = try? result.get() as? NewCustomerAnswer
        #expect(answer?.generation == 42 && answer?.durable == true && answer?.uuid == harness.record?.uuid)
        #expect(
            harness.log.entries == [
                .locked, .discarded, .saved(generation: 42, scrub: false), .published(generation: 42, .ok),
                .announced(.uuidChanged(.initial), generation: 42), .answered(1, nil),
            ])
        #expect(await harness.call(Operation.setLabel.call).failure == nil)
    }

    @Test func itStaysLockedWhereItCannotBePutAside() async {
        let harness = await lockedHarness()
        harness.store.set { $0.discardFailure = .full }
        let result = await harness.call(.destroy(Destroy(discardUnreadable: true)))
        #expect(result.failure?.name == .storeFailed)
        #expect(await harness.call(Operation.setLabel.call).failure?.name == .storeLocked)
        #expect(harness.store.stored == nil)
    }

    @Test func whatCanBeReadByNowIsNotDiscardedAndGoesOn() async {
        let before = await SessionHarness.signedIn()
        let harness = await lockedHarness()
        harness.store.set { $0.reopened = .stored(before.store.stored ?? [], generation: 2) }
        let result = await harness.call(.destroy(Destroy(discardUnreadable: true)))
        #expect(result.failure?.name == .generationMismatch)
        #expect(result.failure?.message.contains("nothing was thrown away") == true)
        await harness.settle()
        #expect(harness.record?.client == before.record?.client && harness.record?.generation == 2)
        #expect(!harness.log.entries.contains(.discarded))
        #expect(await harness.call(Operation.setLabel.call).failure == nil)
    }

    @Test func whereNothingIsLeftThereIsNothingToDiscard() async {
        let harness = await lockedHarness()
        harness.store.set { $0.reopened = .new(generation: 1) }
        let result = await harness.call(.destroy(Destroy(discardUnreadable: true)))
        // Beyond what was known when it was locked.
        #expect((try? result.get() as? NewCustomerAnswer)?.generation == 42)
        #expect(!harness.log.entries.contains(.discarded))
    }

    @Test(arguments: [true, false])
    func aReloadTriesAgain(isReadable: Bool) async {
        let before = await SessionHarness.signedIn()
        let harness = await lockedHarness()
        if isReadable { harness.store.set { $0.reopened = .stored(before.store.stored ?? [], generation: 2) } }
        #expect(await !harness.reconfigure(DeviceSession.Configuration(policy: SessionPolicy())))
        #expect(harness.record == nil, "a restart that is asked for opens it")
        #expect(await !harness.reconfigure(DeviceSession.Configuration(policy: SessionPolicy(), reopens: true)))
        await harness.settle()
        #expect((harness.record?.client != nil) == isReadable)
        // That it is locked was told once.
        #expect(harness.log.entries.count { $0 == .locked } == 1)
    }

    @Test func aReloadSaysThatWhatItReadHadToEnd() async {
        let before = await SessionHarness.signedIn()
        let harness = await lockedHarness()
        harness.store.set { $0.reopened = .stored(before.store.stored ?? [], generation: 2) }
        let other = ScriptedAuthority(traits: MachineBench.traits(key: "other"))
        #expect(
            await harness.reconfigure(
                DeviceSession.Configuration(policy: SessionPolicy(), makeAuthority: { _ in other }, reopens: true)))
    }

    @Test func whatTheConfigurationWouldEndIsNeitherGoneOnWithNorDiscarded() async {
        let before = await SessionHarness.signedIn()
        let harness = await lockedHarness()
        harness.store.set { $0.reopened = .stored(before.store.stored ?? [], generation: 2) }
        let refusal = SessionError(.notConfigured, "it is another authority's")
        _ = await harness.reconfigure(
            DeviceSession.Configuration(policy: SessionPolicy(), refusal: { _ in refusal }, reopens: true))
        for call in [Operation.setLabel.call, .destroy(Destroy(discardUnreadable: true))] {
            #expect(await harness.call(call).failure == refusal)
        }
        #expect(!harness.log.entries.contains(.discarded) && harness.record == nil)
    }

    @Test func aRecordThatCannotBeReadIsLockedAndItsGenerationKnown() async {
        let harness = SessionHarness()
        harness.session.begin(with: .stored(Array("{}".utf8), generation: 9))
        await harness.settle()
        #expect(harness.log.entries == [.locked])
        #expect(await harness.call(Operation.destroy.call).failure?.name == .storeLocked)
        let result = await harness.call(.destroy(Destroy(discardUnreadable: true)))
        #expect((try? result.get() as? NewCustomerAnswer)?.generation == 10)
    }

    @Test func whereNothingIsLockedDiscardingIsAPlainDestruction() async {
        let harness = await SessionHarness.signedIn()
        await harness.call(.destroy(Destroy(discardUnreadable: true)))
        #expect(!harness.log.entries.contains(.discarded))
        #expect(harness.log.changes.first == .signedOut(.sessionDestroyed))
    }
}
