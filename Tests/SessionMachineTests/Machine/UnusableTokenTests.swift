// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What an earlier version has stored and this one would not have taken.
@Suite(.timeLimit(.minutes(10))) struct UnusableTokenTests {
    @Test func aCustomersTokenThatNoHeaderCanHoldIsAsOneThatHasExpired() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        let before = bench.record
        bench.machine.record.client?.issued.secret = Secret("abc\nX-Injected: yes")
        bench.restart()
        #expect(bench.phase == .expired && bench.record.client == nil && bench.record.login == nil)
        #expect(bench.changes == [.signedOut(.sessionExpired)] && bench.durability == .bestEffort)
        #expect(bench.record.uuid == before.uuid && bench.record.customIdentifier == before.customIdentifier)
        #expect(bench.record.anonymous == before.anonymous && bench.record.outbox.isEmpty)
        bench.authenticate(.passwordOf("alice@example.com"))
        #expect(bench.phase == .signedIn)
    }

    @Test func soIsOneOfSimpleAuthentication() {
        var bench = MachineBench(in: .simple, traits: MachineBench.told)
        bench.machine.record.anonymous?.issued.secret = Secret("a\u{200B}b")
        bench.restart()
        #expect(bench.record.anonymous == nil && bench.changes == [.signedOut(.sessionExpired)])
    }

    @Test func anAnonymousOneIsAskedForAnew() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        let uuid = bench.record.uuid
        bench.machine.record.anonymous?.issued.secret = Secret("a b")
        bench.restart()
        #expect(bench.record.anonymous == nil && bench.changes.isEmpty)
        bench.pass(.seconds(1))
        #expect(bench.started.map(\.kind) == [.login] && bench.record.uuid == uuid)
    }

    @Test func aNameBeyondTheBoundsIsLeftOutAndTheTokenStays() {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.machine.record.client?.issued.clientID = String(repeating: "9", count: 300_000)
        bench.machine.record.client?.issued.realm = "client"
        bench.restart()
        #expect(bench.phase == .signedIn && bench.status.clientID == nil)
        #expect(bench.record.client?.issued.realm == "client")
    }

    @Test func aSignOutWithSuchATokenIsToldNobodyAndNotedAsThat() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.machine.record.outbox[0].token.issued.secret = Secret("a\nb")
        bench.restart()
        #expect(bench.record.outbox.isEmpty && bench.delivered.isEmpty && bench.fates == [.expired])
    }
}
