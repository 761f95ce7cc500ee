// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionMachine
import SessionProtocol
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

/// Every touch that was answered counts, also one that comes while the session's owner is at another.
@Suite(.timeLimit(.minutes(10))) struct TouchTests {
    private static let idleTimeout = Duration.seconds(100)
    private let store = GatedStore()
    private let fixture: ServiceFixture
    private let client: TestClient

    /// A customer whose touch is being stored.
    init() async throws {
        fixture = try ServiceFixture(kiosk: KioskPolicy(idleTimeout: Self.idleTimeout), store: store)
        client = try fixture.connect()
        _ = try await client.result(of: RetrieveToken())
        _ = try await client.result(of: SignIn(account: .email("ann@example.com"), password: Secret("p")))
        try fixture.advance(by: .seconds(10))
        store.shut()
        _ = try await client.result(of: Touch())
        try store.awaitSave()
        // That one's time has been taken; it has not been acknowledged.
        fixture.lapse(.seconds(5))
        for _ in 0..<3 { _ = try await client.result(of: Touch()) }
    }

    @Test func oneThatComesMeanwhileIsTakenAfterwards() async throws {
        store.open()
        for _ in 0..<2 { try fixture.settle() }
        let end = fixture.clock.now().boottime + Self.idleTimeout
        #expect(fixture.overAt == end)
    }

    @Test func oneThatComesMeanwhileIsStoredAtTheStop() async throws {
        let now = fixture.clock.now()
        fixture.signal(SIGTERM)
        try fixture.hooks.wait("the stop") { $0.isStopping }
        client.close()
        store.open()
        try await fixture.awaitEnd()
        let boot = SessionRecord.Boot(id: "boot", now: now)
        #expect(try SessionRecord(stored: #require(store.stored), in: boot).presence?.activeAt == now.boottime)
    }
}
