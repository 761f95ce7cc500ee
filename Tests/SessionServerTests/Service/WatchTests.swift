// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessionProtocol
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct WatchTests {
    /// The next event.
    private func event(_ watcher: TestClient) async throws -> SessionEvent {
        let text = try #require(try await watcher.text())
        guard case .notification(SessionEvent.method, let json) = try ResponseLine(line: Array(text.utf8).span) else {
            throw TestFailure("no event: \(text)")
        }
        return try SessionEvent(json: json)
    }

    private func watcher(_ fixture: ServiceFixture, observes: Bool = false) async throws -> TestClient {
        let client = observes ? try fixture.connectAsObserver() : try fixture.connect()
        _ = try await client.result(of: Watch())
        return client
    }

    @Test func anEventIsEncodedOnceForEverybodyAndNobodyGetsAnother() async throws {
        let fixture = try ServiceFixture()
        let app = try fixture.connect()
        _ = try await app.result(of: RetrieveToken())
        try fixture.settle()
        let before = try #require(fixture.encodedEvents)
        var watchers: [TestClient] = []
        for _ in 0..<20 { watchers.append(try await watcher(fixture)) }
        for number in 0..<30 {
            _ = try await app.result(of: SetIdentity(customIdentifier: .set("till \(number)")))
        }
        var lines: Set<[String?]> = []
        for watcher in watchers {
            var own: [String?] = []
            for _ in 0..<30 { own.append(try await watcher.text()) }
            lines.insert(own)
        }
        #expect(lines.count == 1 && lines.first.map { Set($0).count } == 30)
        try fixture.settle()
        #expect(fixture.encodedEvents == before + 30)
    }

    @Test func whoeverEndsAWatchLeavesTheOthersWatching() async throws {
        let fixture = try ServiceFixture()
        let app = try fixture.connect()
        _ = try await app.result(of: RetrieveToken())
        var watchers: [TestClient] = []
        for _ in 0..<8 { watchers.append(try await watcher(fixture)) }
        // The first, one in the middle, and the last; one begins anew.
        for index in [7, 3, 0] { watchers.remove(at: index).close() }
        _ = try await watchers[1].result(of: Watch())
        while fixture.watchers != watchers.count { try fixture.settle() }
        _ = try await app.result(of: SetIdentity(customIdentifier: .set("till")))
        for watcher in watchers { #expect(try await event(watcher).kind == .identityChanged) }
        while let watcher = watchers.popLast() {
            watcher.close()
            while fixture.watchers != watchers.count { try fixture.settle() }
            _ = try await app.result(of: SetIdentity(customIdentifier: .set("till \(watchers.count)")))
            for watcher in watchers { #expect(try await event(watcher).kind == .identityChanged) }
        }
    }

    @Test func sixtyFourEventsWaitForAWatcherWhoReadsNothingAndOneMoreIsTooMany() async throws {
        let fixture = try ServiceFixture()
        let (app, watcher) = (try fixture.connect(), try await watcher(fixture))
        _ = try await app.result(of: RetrieveToken())
        try fixture.settle()
        // Once neither side takes anything more, whatever comes waits.
        let requests = Array(repeating: Array((TestClient.line(2, .status) + "\n").utf8), count: 20_000)
        let flood = requests.flatMap { $0 }
        var sent = watcher.sendWhatFits(flood)
        try fixture.settle()
        while case let more = watcher.sendWhatFits(Array(flood[sent...])), more > 0 {
            sent += more
            try fixture.settle()
        }
        try #require(sent < flood.count)
        for number in 1...65 {
            #expect(fixture.watchers == 1, "at event \(number)")
            _ = try await app.result(of: SetIdentity(customIdentifier: .set("till \(number)")))
            try fixture.settle()
        }
        try #require(fixture.watchers == 0)
        let events = try watcher.lines().filter { $0.contains(SessionEvent.method) }
        let kinds = events.suffix(65).map { $0.contains("\"kind\":\"identityChanged\"") }
        #expect(kinds == Array(repeating: true, count: 64) + [false])
        #expect(events.last?.contains("\"kind\":\"overflow\"") == true)
    }

    @Test func aWarningIsWithdrawnByAnotherAppsTouchAndNotByAWallDisplay() async throws {
        let fixture = try ServiceFixture(kiosk: KioskPolicy(idleTimeout: .seconds(600)))
        let (till, display) = (try fixture.connect(), try await watcher(fixture, observes: true))
        _ = try await till.result(of: RetrieveToken())
        _ = try await till.result(of: SignIn(account: .email("ann@example.com"), password: Secret("p")))
        #expect(try await event(display).kind == .tokenRefreshed)
        #expect(try await event(display).kind == .signedIn)

        // A display that asks all the time, and an app that asks for tokens, keep nobody signed in.
        let poller = try fixture.connectAsObserver()
        for _ in 0..<9 {
            _ = try await poller.result(of: GetStatus())
            _ = try await till.result(of: RetrieveToken())
            try fixture.advance(by: .seconds(60))
        }
        let warning = try await event(display)
        #expect(warning.kind == .expiringSoon && warning.what == "idleTimeout" && warning.atSeconds == 60)
        #expect(warning.reason == nil && warning.status?.signedIn == true)

        _ = try await till.result(of: Touch())
        let withdrawal = try await event(display)
        #expect(withdrawal.kind == .expiringSoonWithdrawn && withdrawal.what == "idleTimeout")
        #expect(withdrawal.atSeconds == nil && withdrawal.sequence == warning.sequence + 1)

        try fixture.advance(by: .seconds(540))
        #expect(try await event(display).kind == .expiringSoon)
        try fixture.advance(by: .seconds(60))
        let end = try await event(display)
        #expect(end.kind == .signedOut && end.reason == "idleTimeout" && end.status?.signedIn == false)
    }

    @Test(arguments: [
        (KioskPolicy(idleTimeout: .seconds(600)), "idleTimeout"),
        (KioskPolicy(maximumLifetime: .seconds(3600)), "maximumLifetime"),
    ])
    func anEndThatComesInASuspendIsToldAtOnceAfterIt(kiosk: KioskPolicy, reason: String) async throws {
        let fixture = try ServiceFixture(kiosk: kiosk)
        let (till, display) = (try fixture.connect(), try await watcher(fixture))
        _ = try await till.result(of: RetrieveToken())
        _ = try await till.result(of: SignIn(account: .email("ann@example.com"), password: Secret("p")))
        for _ in 0..<2 { _ = try await event(display) }
        try fixture.advance(by: .seconds(9 * 3600))
        let end = try await event(display)
        #expect(end.kind == .signedOut && end.reason == reason)
    }

    @Test func theRingGivesWhatCameBehindAnEventAndKnowsHowFarBackItGoes() {
        var ring = EventRing(capacity: 3)
        #expect(ring.completeAfter == nil)
        for sequence: Int64 in 11...15 { ring.append(sequence, [UInt8(sequence)]) }
        #expect(ring.completeAfter == 12)
        #expect(ring.lines(after: 12).lines == [13, 14, 15] && ring.lines(after: 14).lines == [15])
        #expect(ring.lines(after: 15).lines.isEmpty && ring.lines(after: 15).last == 15)
    }

    @Test func whatWaitsForAWatcherIsCountedByWhatItHasTaken() {
        var position = WatchPosition(after: 10)
        for number: UInt64 in 1...4 { position.note(10 + Int64(number), endingAt: 100 * number) }
        let waiting = [UInt64(0), 99, 100, 399, 400].map { position.waiting(taken: $0) }
        #expect(waiting == [4, 4, 3, 1, 0] && position.sequence == 14)
    }
}
