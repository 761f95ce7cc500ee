// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct LockedSessionTests {
    private static let otherKey = SessionError(.storeLocked, "another key", hint: "rekey")

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
