// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

/// The session's owner with an authority that is elsewhere: restarts, reboots, outages.
@Suite(.timeLimit(.minutes(10))) struct AuthorityElsewhereTests {
    private func authority(key: String = "key", origin: String = "https://a.example") -> ScriptedAuthority {
        ScriptedAuthority(traits: MachineBench.traits(origin: origin, key: key))
    }

    /// What another process finds that a session left.
    private func restarted(
        _ before: SessionHarness, _ authority: ScriptedAuthority, clock: VirtualClock? = nil, bootID: String = "boot",
        policy: SessionPolicy = SessionPolicy()
    ) async throws -> SessionHarness {
        let bytes = try #require(before.store.stored)
        let harness = SessionHarness(
            authority: authority, clock: clock ?? before.clock, bootID: bootID, policy: policy)
        harness.session.begin(with: .stored(bytes, generation: before.record?.generation ?? 0))
        await harness.settle()
        return harness
    }

    @Test(arguments: [("other", "https://a.example"), ("key", "https://b.example")])
    func anotherBindingEndsTheSessionAndLeavesNoCopyOfItsTokens(key: String, origin: String) async throws {
        let before = await SessionHarness.signedIn(authority())
        let after = try await restarted(before, authority(key: key, origin: origin))
        #expect(after.record?.client == nil && after.record?.anonymous == nil && after.record?.generation == 3)
        #expect(after.log.entries.first == .saved(generation: 3, scrub: true))
        let reason: EndReason = key == "key" ? .sessionDestroyed : .apiKeyChanged
        #expect(after.log.changes == [.signedOut(reason), .uuidChanged(.destroy)])
        after.clock.advance(by: .seconds(1))
        guard case .login = await after.authority.grantNext() else {
            return #expect(Bool(false), "the next one begins anonymously")
        }
    }

    @Test func anotherKeyMayLeaveTheSessionAlone() async throws {
        let before = await SessionHarness.signedIn(authority())
        let after = try await restarted(
            before, authority(key: "other"), policy: SessionPolicy(destroysOnKeyChange: false))
        #expect(after.record?.client == before.record?.client && after.log.changes.isEmpty)
        #expect(after.log.entries.first == .saved(generation: 3, scrub: false))
    }

    @Test func whatRanOutWhileNobodyRanLeavesNoCopyEither() async throws {
        let before = await SessionHarness.signedIn(authority())
        var record = try #require(before.record)
        record.isTimeProven = true
        let bytes = record.stored(in: SessionRecord.Boot(id: "boot", now: before.clock.now()))
        let later = VirtualClock(boottime: .seconds(9000))
        let after = SessionHarness(authority: authority(), clock: later)
        after.session.begin(with: .stored(bytes, generation: 2))
        await after.settle()
        #expect(after.log.changes == [.signedOut(.sessionExpired)])
        #expect(after.log.entries.first == .saved(generation: 3, scrub: true))
    }

    @Test func aKeyIsChangedInTheStoreBeforeItIsUsed() async throws {
        let harness = await SessionHarness.signedIn(authority())
        await harness.call(.changeAPIKey(ChangeAPIKey(apiKey: Secret("new"))))
        // The answer does not wait for the authority to have the key.
        await harness.settle()
        let replaced = ReplacedKey(apiKey: Secret("new"), configuredHash: Binding.hash(Secret("key")))
        #expect(harness.replacedKeys.change { $0 } == [nil, replaced])
        #expect(harness.storedRecord?.replacedKey == replaced && harness.storedRecord?.client == nil)
        #expect(harness.log.entries.first == .saved(generation: 3, scrub: true))
        let after = try await restarted(harness, authority(key: "new"))
        #expect(after.replacedKeys.change { $0 } == [replaced] && after.log.changes.isEmpty)
    }

    @Test func aKeyThatCannotBeStoredIsNotChanged() async throws {
        let harness = await SessionHarness.signedIn(authority())
        let before = harness.record
        harness.store.set { $0.failure = .full }
        let result = await harness.call(.changeAPIKey(ChangeAPIKey(apiKey: Secret("new"))))
        #expect(result.failure?.name == .storeFailed && harness.record == before)
        #expect(harness.replacedKeys.change { $0.count } == 1)
    }

    @Test func aSignOutIsToldWhenTheAuthorityIsThereAgain() async throws {
        let harness = await SessionHarness.signedIn(authority())
        let token = harness.record?.client
        let result = await harness.call(.signOut(SignOut(), byAdministrator: false))
        #expect((try? result.get() as? SignOutAnswer)?.authority == .queued)
        #expect(harness.storedRecord?.outbox.first?.token == token)
        await harness.authority.failNext(.outage)
        await harness.log.wait(for: .announced(.authorityState(reachable: false, because: .outage), generation: 3))
        let after = try await restarted(harness, authority())
        guard case .signOut(let entry, let answer) = await after.authority.next() else {
            return #expect(Bool(false), "it is told by the next process")
        }
        #expect(entry.token == token)
        after.log.clear()
        answer.resume(returning: .success(nil))
        await after.log.wait(for: .saved(generation: 3, scrub: true))
        #expect(after.storedRecord?.outbox.isEmpty == true, "and no copy of its token is left")
    }

    @Test func aCrashDuringARefreshIsFollowedByOneRetry() async throws {
        let harness = await SessionHarness.signedIn(authority())
        harness.clock.advance(by: .seconds(20))
        harness.submit(.refreshToken)
        guard case .refresh(let token, _) = await harness.authority.next() else {
            return #expect(Bool(false), "it is being refreshed")
        }
        #expect(harness.storedRecord?.refreshing == .client, "noted before it is sent")
        let after = try await restarted(harness, authority())
        guard case .refresh(token, _) = await after.authority.failNext(.outage) else {
            return #expect(Bool(false), "it is tried again at once")
        }
        await after.log.wait(for: .announced(.authorityState(reachable: false, because: .outage), generation: 2))
        #expect(after.storedRecord?.refreshing == nil && after.record?.client == token)
        let again = try await restarted(after, authority())
        #expect(again.snapshot?.refreshing.isEmpty == true, "once")
    }

    @Test(arguments: [0, 1_795_323_000, 1_795_495_400] as [Int64])
    func aRebootWithAClockThatIsOffAndNoNetworkMakesNoStormAndLosesNothing(wallAtBoot: Int64) async throws {
        let before = await SessionHarness.signedIn(authority())
        let token = try #require(before.record?.client)
        let clock = VirtualClock(boottime: .seconds(20), wallAtBoot: wallAtBoot)
        let after = try await restarted(before, authority(), clock: clock, bootID: "next boot")
        var tries = 0
        while true {
            if after.snapshot?.refreshing.isEmpty == true {
                let next = try #require(after.snapshot?.nextAttempt)
                if next > .seconds(3000) { break }
                clock.advance(by: max(next - clock.now().boottime, .milliseconds(1)))
            }
            await after.authority.failNext(.outage)
            tries += 1
            // Each try is noted, and the note is taken back.
            let notes = 2 * tries
            await after.log.wait { entries in
                entries.count { if case .saved = $0 { true } else { false } } >= notes
            }
            await after.settle()
        }
        #expect(after.record?.client?.issued.secret == token.issued.secret)
        #expect(tries > 0 && tries < 20)
    }

    @Test func anHourOfflineThenBackTheSessionRefreshesByItself() async throws {
        let harness = await SessionHarness.started(authority())
        async let answer = harness.call(.authenticate(.passwordOf("a@b")))
        await harness.authority.grantNext(lifetime: .seconds(2 * 3600))
        _ = await answer
        harness.clock.advance(by: .seconds(5400 + 460))
        await harness.authority.failNext(.outage)
        await harness.log.wait(for: .announced(.authorityState(reachable: false, because: .outage), generation: 2))
        harness.session.networkReturned()
        await harness.settle()
        harness.clock.advance(by: .seconds(30))
        guard case .refresh = await harness.authority.grantNext() else {
            return #expect(Bool(false), "nobody has asked for it")
        }
        await harness.log.wait(for: .announced(.authorityState(reachable: true), generation: 2))
        #expect(harness.snapshot?.status(at: harness.clock.now()).state == .signedIn)
    }

    @Test func whatWasAskedForBeforeASleepAndRanOutInItIsOver() async throws {
        let harness = await SessionHarness.signedIn(authority())
        harness.clock.advance(by: .seconds(2260))
        guard case .refresh(_, let answer) = await harness.authority.next() else {
            return #expect(Bool(false), "it is being refreshed")
        }
        harness.clock.advance(by: .seconds(8 * 3600))
        harness.session.networkReturned()
        await harness.settle()
        let record = harness.record
        answer.resume(
            returning: .failure(.outage(at: harness.clock.now().wall.secondsSince1970)))
        await harness.log.wait(for: .announced(.signedOut(.sessionExpired), generation: 3))
        #expect(record?.client != nil && harness.record?.client == nil, "once that is proven")
    }

    @Test func anAccountIsDeletedAndItsProfileRead() async throws {
        let harness = await SessionHarness.signedIn(authority())
        async let profile = harness.call(.profile)
        await harness.authority.grantNext()
        #expect((try? await profile.get() as? ProfileAnswer)?.profile == .string("profile"))
        async let deletion = harness.call(.authenticate(.deletion(DeleteAccount(authFactor: Secret("p")))))
        guard case .delete = await harness.authority.grantNext() else {
            return #expect(Bool(false), "the authority deletes it")
        }
        #expect((try? await deletion.get() as? NewCustomerAnswer)?.generation == 3)
        #expect(harness.log.entries.contains(.saved(generation: 3, scrub: true)))
        #expect(harness.log.changes == [.signedOut(.accountDeleted), .uuidChanged(.destroy)])
    }
}
