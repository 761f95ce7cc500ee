// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct SessionStoreFailureTests {
    @Test(arguments: [Operation.signOut, .signOutByAdministrator, .signOutWithDestroy, .destroy])
    func theEndOfASessionTakesEffectAllTheSame(operation: Operation) async {
        let harness = await SessionHarness.signedIn()
        harness.store.set { $0.failure = .full }
        let result = await harness.call(operation.call)
        #expect(durable(result) == false)
        await harness.settle()
        #expect(harness.record?.client == nil && harness.record?.generation == 3)
        #expect(harness.log.changes.first?.kind == .signedOut)
        #expect(harness.snapshot?.store.state == .failing)
        #expect(harness.log.entries.prefix(3) == [.notSaved, .storeFailing, .published(generation: 3, .failing)])
    }

    @Test func itIsStoredLaterAndNoCopyOfTheTokenStays() async {
        let harness = await SessionHarness.signedIn()
        harness.store.set { $0.failure = .full }
        await harness.call(Operation.signOut.call)
        await harness.settle()
        harness.log.clear()
        harness.clock.advance(by: .seconds(10))
        await harness.log.wait(for: .notSaved)
        await harness.settle()
        #expect(!harness.log.entries.contains(.storeFailing), "told once")
        harness.store.set { $0.failure = nil }
        harness.clock.advance(by: .seconds(10))
        await harness.log.wait(for: .published(generation: 3, .ok))
        #expect(harness.log.entries.contains(.saved(generation: 3, scrub: true)))
        #expect(harness.log.entries.contains(.storeWorks))
        #expect(harness.storedRecord == harness.record)
        await expectDurableAgain(harness)
    }

    @Test(arguments: [Operation.regenerate, .regenerateWithIdentifier, .setLabel])
    func anyOtherChangeIsNotMade(operation: Operation) async {
        let harness = await SessionHarness.started()
        let before = harness.record
        harness.store.set { $0.failure = .full }
        let result = await harness.call(operation.call)
        #expect(result.failure?.name == .storeFailed)
        #expect(result.failure?.hint == "free some")
        await harness.settle()
        #expect(harness.record == before && harness.log.changes.isEmpty)
        harness.store.set { $0.failure = nil }
        #expect(await harness.call(operation.call).failure == nil)
        #expect(harness.record == harness.storedRecord && harness.record != before)
    }

    @Test(arguments: Operation.authentications)
    func nobodyIsAuthenticatedWhereThatCannotBeStored(operation: Operation) async {
        let harness = await SessionHarness.started()
        let before = harness.record
        harness.store.set { $0.failure = .full }
        async let answer = harness.call(operation.call)
        await harness.authority.grantNext()
        #expect(await answer.failure?.name == .storeFailed)
        await harness.settle()
        #expect(harness.record == before && harness.log.changes.isEmpty)
        #expect(await harness.call(Operation.signOut.call).failure == nil)
        #expect(harness.record == before, "and no authentication is left running")
    }

    @Test func aRefreshedTokenIsUsedAndStoredLater() async throws {
        let harness = await SessionHarness.signedIn()
        let before = harness.record?.client
        harness.store.set { $0.failure = .full }
        async let answer = harness.call(.refreshToken)
        await harness.authority.grantNext()
        #expect(await answer.failure == nil)
        #expect(harness.record?.client != before && harness.storedRecord?.client == before)
        harness.store.set { $0.failure = nil }
        harness.clock.advance(by: .seconds(10))
        await harness.log.wait(for: .storeWorks)
        #expect(harness.storedRecord?.client == harness.record?.client)
    }

    @Test(arguments: [
        (Operation.signOut, true), (.signOutWithDestroy, true), (.destroy, true), (.setLabel, false),
    ])
    func whatClearsATokenLeavesNoCopyOfIt(operation: Operation, scrub: Bool) async {
        let harness = await SessionHarness.signedIn()
        await harness.call(operation.call)
        #expect(harness.log.entries.first == .saved(generation: harness.record?.generation ?? 0, scrub: scrub))
    }

    @Test func aRegenerationLeavesNoCopyOfTheAnonymousToken() async {
        let harness = await SessionHarness.started()
        await harness.call(Operation.regenerate.call)
        #expect(harness.log.entries.first == .saved(generation: 2, scrub: true))
    }

    @Test func whatCouldNotBeClearedIsClearedWithTheNextChange() async {
        let harness = await SessionHarness.signedIn()
        harness.store.set { $0.failure = .full }
        await harness.call(Operation.signOut.call)
        harness.store.set { $0.failure = nil }
        await harness.call(Operation.setLabel.call)
        #expect(harness.log.entries.contains(.saved(generation: 3, scrub: true)))
        await expectDurableAgain(harness)
    }

    @Test func anOlderCopyThatIsLeftIsClearedLater() async {
        let harness = await SessionHarness.signedIn()
        harness.store.set { $0.leftover = .full }
        let result = await harness.call(Operation.signOut.call)
        #expect(durable(result) == true, "the sign-out itself is stored")
        #expect(harness.snapshot?.store.state == .failing)
        harness.log.clear()
        harness.store.set { $0.leftover = nil }
        harness.clock.advance(by: .seconds(10))
        await harness.log.wait(for: .storeWorks)
        #expect(harness.log.entries.first == .saved(generation: 3, scrub: true))
    }

    @Test func whatTookEffectAndWasNotStoredIsHeldOnceForEachChange() async throws {
        let harness = await SessionHarness.signedIn()
        harness.store.set { $0.failure = .full }
        #expect(await harness.call(Operation.setLabel.call).failure?.name == .storeFailed)
        #expect(harness.store.held.isEmpty, "what did not happen is not held")
        await harness.call(Operation.signOut.call)
        #expect(harness.store.held.count == 1 && harness.heldRecord == harness.record)
        #expect(await harness.call(Operation.setLabel.call).failure?.name == .storeFailed)
        await retry(harness)
        #expect(harness.store.held.count == 1, "nothing has changed")
        await harness.call(Operation.destroy.call)
        #expect(harness.store.held.count == 2 && harness.heldRecord == harness.record)
        harness.store.set { $0.failure = nil }
        await harness.call(Operation.setLabel.call)
        harness.store.set { $0.failure = .full }
        await harness.call(Operation.destroy.call)
        #expect(harness.store.held.count == 3 && harness.heldRecord == harness.record)
    }

    @Test func whatNobodyHeldIsTriedAgain() async {
        let harness = await SessionHarness.signedIn()
        harness.store.set { ($0.failure, $0.holds) = (.full, false) }
        await harness.call(Operation.signOut.call)
        await retry(harness)
        #expect(harness.store.held.count == 2)
        harness.store.set { $0.holds = true }
        for _ in 0..<3 { await retry(harness) }
        #expect(harness.store.held.count == 3)
    }

    @Test func whatWasOnlyRefusedIsNotHeldLater() async {
        let harness = await SessionHarness.signedIn()
        harness.store.set { $0.failure = .full }
        await harness.call(Operation.setLabel.call)
        await retry(harness)
        #expect(harness.store.held.isEmpty)
    }

    @Test func whatWasHeldIsStoredAtOnceAndLeavesNoOlderCopy() async throws {
        let (before, bytes) = try await signedOutOnAFullDisk()
        let after = SessionHarness()
        after.session.begin(with: .held(bytes, generation: 3))
        await after.settle()
        #expect(after.log.entries.prefix(2) == [.saved(generation: 3, scrub: true), .published(generation: 3, .ok)])
        #expect(after.record?.uuid == before.record?.uuid && after.record?.client == nil)
        await expectDurableAgain(after)
    }

    @Test func whatWasHeldIsNotDurableWhereTheDiskStillRefuses() async throws {
        let (_, bytes) = try await signedOutOnAFullDisk()
        let after = SessionHarness()
        after.store.set { $0.failure = .full }
        after.session.begin(with: .held(bytes, generation: 3))
        await after.settle()
        #expect(after.snapshot?.store.state == .failing && after.record?.generation == 3)
        #expect(after.heldRecord == after.record)
        #expect(durable(await after.call(Operation.signOut.call)) == false)
    }

    @Test(arguments: [false, true])
    func theStatusSaysWhetherWhatIsStoredIsSealed(isSealed: Bool) async {
        let harness = SessionHarness()
        harness.store.set { $0.isSealed = isSealed }
        harness.session.begin(with: .new(generation: 1))
        await harness.settle()
        #expect(harness.snapshot?.store == StoreStatus(sealed: isSealed, state: .ok))
    }

    // Lets the next attempt to store happen, and waits until it has failed.
    /// A session whose customer has signed out though the disk was full, and what is held of that.
    private func signedOutOnAFullDisk() async throws -> (SessionHarness, [UInt8]) {
        let harness = await SessionHarness.signedIn()
        harness.store.set { $0.failure = .full }
        await harness.call(Operation.signOut.call)
        return (harness, try #require(harness.store.held.last))
    }

    private func retry(_ harness: SessionHarness) async {
        harness.log.clear()
        harness.clock.advance(by: .seconds(10))
        await harness.log.wait(for: .notSaved)
        await harness.settle()
    }

    private func expectDurableAgain(_ harness: SessionHarness) async {
        let result = await harness.call(Operation.destroy.call)
        #expect(durable(result) == true)
    }

    private func durable(_ result: Result<any SessionResponse, SessionError>) -> Bool? {
        switch try? result.get() {
        case let answer as SignOutAnswer: answer.durable
        case let answer as NewCustomerAnswer: answer.durable
        default: nil
        }
    }
}
