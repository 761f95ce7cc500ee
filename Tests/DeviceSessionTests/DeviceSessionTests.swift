// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import SessiondPrimitives
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct DeviceSessionTests {
    @Test func aNewInstallationIsStoredBeforeItIsKnown() async throws {
        let harness = SessionHarness()
        harness.session.begin(with: .new(generation: 5))
        await harness.settle()
        #expect(
            harness.log.entries == [
                .saved(generation: 5, scrub: false), .published(generation: 5, .ok),
                .announced(.uuidChanged(.initial), generation: 5),
            ])
        #expect(harness.storedRecord == harness.record)
        #expect(harness.snapshot?.publicKey == .string("public"))
    }

    @Test func aStoredSessionGoesOnAsItWas() async throws {
        let before = await SessionHarness.signedIn()
        let bytes = try #require(before.store.stored)
        let after = SessionHarness()
        after.session.begin(with: .stored(bytes, generation: 2))
        await after.settle()
        #expect(after.record?.uuid == before.record?.uuid && after.record?.client == before.record?.client)
        #expect(after.log.entries == [.published(generation: 2, .ok)])
    }

    @Test func theAuthoritysKeyIsStoredAndGivenBackToIt() async throws {
        let first = SessionHarness(authority: ScriptedAuthority(signingKey: Secret("k")))
        first.session.begin(with: .new(generation: 1))
        await first.settle()
        #expect(first.storedRecord?.localKey == Secret("k"))
        #expect(first.keys.change { $0 } == [nil])
        let bytes = try #require(first.store.stored)
        let second = SessionHarness(authority: ScriptedAuthority(signingKey: Secret("k")))
        second.session.begin(with: .stored(bytes, generation: 1))
        await second.settle()
        #expect(second.keys.change { $0 } == [Secret("k")])
        #expect(second.log.entries == [.published(generation: 1, .ok)])
    }

    @Test func callsTakeEffectInTheOrderInWhichTheyAreSubmitted() async {
        let harness = await SessionHarness.started()
        var ids: [CallID] = []
        for number in 0..<100 {
            ids.append(harness.submit(.setIdentity(SetIdentity(customEmail: .set("\(number)@x")))))
        }
        await harness.settle()
        #expect(harness.record?.customEmail == "99@x" && harness.storedRecord?.customEmail == "99@x")
        let answered = harness.log.entries.compactMap { entry -> CallID? in
            if case .answered(let id, nil) = entry { id } else { nil }
        }
        #expect(answered == ids)
    }

    @Test(arguments: [Operation.regenerate, .destroy, .signOut, .signOutWithDestroy, .setLabel])
    func whatIsAnsweredIsStoredAndPublishedFirst(operation: Operation) async throws {
        let harness = operation == .regenerate ? await .started() : await SessionHarness.signedIn()
        await harness.call(operation.call)
        await harness.settle()
        let entries = harness.log.entries
        guard case .saved = entries.first, case .published(let generation, .ok) = entries.dropFirst().first else {
            return #expect(entries.isEmpty, "first saved, then published")
        }
        #expect(generation == harness.record?.generation)
        #expect(!harness.log.changes.isEmpty)
        #expect(harness.storedRecord == harness.record)
        let answers = entries.dropFirst(2).filter { if case .answered(_, nil) = $0 { true } else { false } }
        #expect(answers.count == 1)
        let others = entries.dropFirst(2).filter { if case .announced(_, generation) = $0 { true } else { false } }
        #expect(others.count + answers.count == entries.count - 2)
    }

    @Test func anAuthenticationIsStoredBeforeItIsAnswered() async {
        let harness = await SessionHarness.started()
        async let answer = harness.call(.authenticate(.passwordOf("a@b")))
        await harness.authority.grantNext()
        let result = await answer
        #expect((try? result.get() as? AuthenticationAnswer)?.session.state == .signedIn)
        let entries = harness.log.entries.drop { $0 == .published(generation: 1, .ok) }
        #expect(entries.first == .saved(generation: 2, scrub: false))
        #expect(entries.dropFirst().first == .published(generation: 2, .ok))
    }

    @Test func theTokenIsRefreshedByItself() async throws {
        let harness = await SessionHarness.signedIn()
        let token = try #require(harness.record?.client)
        let wait = RefreshPolicy().firstAttempt(for: token) - harness.clock.now().boottime
        harness.clock.advance(by: .seconds(wait.secondsRoundedUp))
        guard case .refresh(token, _) = await harness.authority.grantNext() else {
            return #expect(Bool(false), "the client token is refreshed")
        }
        await harness.log.wait(for: .announced(.tokenRefreshed, generation: 2))
        #expect(harness.record?.client != token && harness.storedRecord == harness.record)
        #expect(harness.log.entries.contains(.saved(generation: 2, scrub: false)))
    }

    @Test func tokensThatAreReplacedBeforeTheirTimeLeaveNoSleepsBehind() async {
        let harness = await SessionHarness.signedIn()
        let before = harness.clock.sleepsBegun
        for _ in 1...20 {
            harness.clock.advance(by: .seconds(11))
            async let answer = harness.call(.refreshToken)
            await harness.authority.grantNext()
            _ = await answer
        }
        await harness.settle()
        #expect(harness.clock.sleepsBegun - before <= 1, "the alarm that is set first rings first")
    }

    @Test func whoeverHangsUpIsNotAuthenticatedAndNotAnswered() async throws {
        let harness = await SessionHarness.started()
        let before = harness.record
        let id = harness.submit(.authenticate(.passwordOf("a@b")))
        guard case .authenticate(_, let answer) = await harness.authority.next() else {
            return #expect(Bool(false), "an authentication begins")
        }
        harness.session.abandon(id, deadlinePassed: false)
        answer.resume(returning: .success(.token(MachineBench(in: .none).issuedToken)))
        await harness.call(Operation.clearLabels.call)
        #expect(harness.record == before)
        #expect(!harness.log.entries.contains { if case .answered(id, _) = $0 { true } else { false } })
    }

    @Test func anAuthenticationPastItsDeadlineIsAnsweredAndHasNoEffect() async throws {
        let harness = await SessionHarness.started()
        let id = harness.submit(.authenticate(.passwordOf("a@b")))
        _ = await harness.authority.next()
        harness.session.abandon(id, deadlinePassed: true)
        await harness.settle()
        #expect(harness.log.entries.last == .answered(id, .deadlineExceeded))
        #expect(harness.record?.client == nil)
    }
}

extension MachineBench {
    /// Any token.
    var issuedToken: IssuedToken {
        IssuedToken(
            secret: Secret("late"), origin: .synerise, expiresAt: Timestamp(secondsSince1970: 1_795_420_000),
            lifetime: .seconds(3600))
    }
}
