// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondPrimitives
@testable import TestSupport

/// What is in the queue when a save begins is one save: applied in order, answered after it, judged each by itself.
@Suite(.timeLimit(.minutes(10))) struct DecidingTests {
    /// Submits calls that are all in the queue before the session takes the first; their identifiers.
    private func submitTogether(_ calls: [SessionCall], _ harness: SessionHarness) async -> [CallID] {
        let isOpen = Watched(false)
        harness.session.whenIdle { _ = try? isOpen.wait("the gate") { $0 } }
        let ids = calls.map { harness.submit($0) }
        isOpen.change { $0 = true }
        await harness.settle()
        return ids
    }

    private func label(_ text: String) -> SessionCall { .setIdentity(SetIdentity(customEmail: .set(text))) }

    private func saves(_ harness: SessionHarness) -> [SessionLog.Entry] {
        harness.log.entries.filter { if case .saved = $0 { true } else { $0 == .notSaved } }
    }

    @Test func whatIsInTheQueueIsStoredOnceAndAnsweredInOrderAfterIt() async {
        let harness = await SessionHarness.started()
        let ids = await submitTogether((0..<16).map { label("\($0)@x") }, harness)
        #expect(saves(harness) == [.saved(generation: 1, scrub: false)])
        #expect(harness.log.entries.first == .saved(generation: 1, scrub: false), "before anybody hears of it")
        let answered = harness.log.entries.filter { if case .answered = $0 { true } else { false } }
        #expect(answered == ids.map { .answered($0, nil) })
        #expect(harness.log.changes.count == 16, "each is announced")
        #expect(harness.record?.customEmail == "15@x" && harness.storedRecord == harness.record)
    }

    @Test func eachIsAppliedToWhatTheOneBeforeItLeft() async {
        let harness = await SessionHarness.started()
        let ids = await submitTogether(
            [
                Operation.regenerate.call, Operation.setLabel.call(ifGeneration: 1),
                Operation.destroy.call(ifGeneration: 2),
            ],
            harness)
        #expect(harness.log.entries.contains(.answered(ids[0], nil)))
        #expect(harness.log.entries.contains(.answered(ids[1], .generationMismatch)))
        #expect(harness.log.entries.contains(.answered(ids[2], nil)))
        #expect(harness.record?.generation == 3 && harness.storedRecord == harness.record)
    }

    @Test func aReadBehindAChangeIsAnsweredAfterItIsStored() async throws {
        let harness = await SessionHarness.started()
        let ids = await submitTogether([label("a@x"), .status], harness)
        let entries = harness.log.entries
        let saved = try #require(entries.firstIndex(of: .saved(generation: 1, scrub: false)))
        let read = try #require(entries.firstIndex(of: .answered(ids[1], nil)))
        #expect(saved < read)
    }

    @Test func whereTheDiskRefusesEachIsJudgedByItself() async {
        let harness = await SessionHarness.signedIn()
        harness.store.set { $0.failure = .full }
        let ids = await submitTogether([label("a@x"), Operation.signOut.call, label("b@x"), .status], harness)
        #expect(harness.log.entries.contains(.answered(ids[0], .storeFailed)))
        #expect(harness.log.entries.contains(.answered(ids[1], nil)), "a sign-out takes effect all the same")
        #expect(harness.log.entries.contains(.answered(ids[2], .storeFailed)))
        #expect(harness.log.entries.contains(.answered(ids[3], nil)))
        #expect(harness.record?.client == nil && harness.record?.customEmail == nil)
        #expect(harness.heldRecord == harness.record)
        harness.store.set { $0.failure = nil }
        harness.clock.advance(by: .seconds(10))
        await harness.log.wait(for: .storeWorks)
        #expect(harness.storedRecord == harness.record)
    }

    @Test func aSignOutAmongOthersLeavesNoCopyOfTheToken() async {
        let harness = await SessionHarness.signedIn()
        _ = await submitTogether([label("a@x"), Operation.signOut.call, label("b@x")], harness)
        #expect(saves(harness) == [.saved(generation: 3, scrub: true)])
    }

    @Test func whoseDeadlinePassesIsToldSoWhateverElseHasToBeStoredThen() async {
        let harness = await SessionHarness.signedIn()
        let idle = SessionPolicy(kiosk: KioskPolicy(idleTimeout: .seconds(600)))
        harness.session.reconfigure(DeviceSession.Configuration(policy: idle)) { _ in }
        let id = harness.submit(.authenticate(.deletion(DeleteAccount(authFactor: Secret("p")))))
        await harness.settle()
        let isOpen = Watched(false)
        harness.session.whenIdle { _ = try? isOpen.wait("the gate") { $0 } }
        harness.session.abandon(id, deadlinePassed: true)
        harness.clock.advance(by: .seconds(601))
        isOpen.change { $0 = true }
        await harness.settle()
        #expect(harness.log.entries.contains(.answered(id, .deadlineExceeded)))
        #expect(harness.record?.client == nil && harness.storedRecord == harness.record)
    }

    @Test func noMoreThanTheLimitWaitForOneSave() async {
        let harness = await SessionHarness.started()
        _ = await submitTogether((0...DeviceSession.decisionsTogether).map { label("\($0)@x") }, harness)
        #expect(saves(harness).count == 2)
    }
}
