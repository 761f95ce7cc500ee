// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

/// The owner of the session under another configuration.
@Suite(.timeLimit(.minutes(10))) struct ReconfiguredSessionTests {
    private func reconfigure(
        _ harness: SessionHarness, _ policy: SessionPolicy = SessionPolicy(), to authority: ScriptedAuthority? = nil,
        dryRun: Bool = false
    ) async -> Bool {
        var configuration = DeviceSession.Configuration(policy: policy)
        if let authority { configuration.makeAuthority = { _ in authority } }
        return await harness.reconfigure(configuration, dryRun: dryRun)
    }

    @Test func aDryRunSaysThatTheSessionWouldEndAndChangesNothing() async {
        let harness = await SessionHarness.signedIn()
        let (before, stored) = (harness.record, harness.store.stored)
        let other = ScriptedAuthority(traits: MachineBench.traits(key: "other"))
        #expect(await reconfigure(harness, to: other, dryRun: true))
        #expect(await !reconfigure(harness, to: ScriptedAuthority(), dryRun: true))
        let idle = SessionPolicy(kiosk: KioskPolicy(idleTimeout: .seconds(1)))
        harness.clock.advance(by: .seconds(2))
        #expect(await reconfigure(harness, idle, dryRun: true))
        await harness.settle()
        #expect(harness.record == before && harness.store.stored == stored)
        // Nor is the other one asked for anything.
        harness.submit(.refreshToken)
        await harness.authority.grantNext()
    }

    @Test func anotherKeyEndsTheSessionAndThatAuthorityIsAskedFromThenOn() async {
        let harness = await SessionHarness.signedIn()
        let other = ScriptedAuthority(traits: MachineBench.traits(key: "other"))
        #expect(await reconfigure(harness, to: other))
        #expect(harness.record?.client == nil && harness.record?.generation == 3)
        #expect(harness.storedRecord?.binding == other.traits.binding)
        harness.submit(.retrieveToken(RetrieveToken()))
        let request = await other.grantNext()
        guard case .login(harness.record?.uuid, _) = request else {
            Issue.record("the new one was not asked: \(String(describing: request))")
            return
        }
    }

    @Test func theSessionGoesOnWhereOnlySettingsOfTheAuthorityChange() async {
        let harness = await SessionHarness.signedIn()
        let before = harness.record
        let same = ScriptedAuthority()
        #expect(await !reconfigure(harness, to: same))
        #expect(harness.record == before)
        harness.submit(.refreshToken)
        guard case .refresh(let token, _) = await same.grantNext() else {
            Issue.record("the new one was not asked")
            return
        }
        #expect(token == before?.client)
    }

    @Test func aSessionThatCannotBeReadTakesTheConfigurationForLater() async {
        let harness = SessionHarness()
        harness.session.begin(with: .locked(SessionError(.storeLocked, "no key"), generation: 4))
        let other = ScriptedAuthority(traits: MachineBench.traits(key: "other"))
        #expect(await !reconfigure(harness, to: other))
        await harness.call(.destroy(Destroy(discardUnreadable: true)))
        await harness.settle()
        #expect(harness.record?.binding == other.traits.binding)
    }

    @Test func beginningSaysWhetherWhatWasStoredHadToEnd() async {
        let before = await SessionHarness.signedIn()
        for (key, ends) in [("key", false), ("other", true)] {
            let harness = SessionHarness(authority: ScriptedAuthority(traits: MachineBench.traits(key: key)))
            let origin = SessionOrigin.stored(before.store.stored ?? [], generation: 2)
            let hasEnded = await withCheckedContinuation { continuation in
                harness.session.begin(with: origin) { continuation.resume(returning: $0) }
            }
            #expect(hasEnded == ends)
            await harness.settle()
            #expect((harness.record?.client == nil) == ends)
        }
    }
}
