// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

/// The events that the lines of `SessionEvent.json` stand for.
enum GoldenEvent {
    static let all: [SessionEvent] = [
        event(.signedOut, 8, generation: 4, reason: "userSignOut", GoldenAnswer.anonymous),
        event(.signedIn, 9, GoldenAnswer.signedIn), expiringSoon, withdrawn, event(.overflow, 11, nil),
        event(EventKind(rawValue: "somethingLater"), 11, reason: "unheardOf", GoldenAnswer.anonymous),
        event(.uuidChanged, 12, reason: "destroy", GoldenAnswer.anonymous),
        event(.identityChanged, 13, GoldenAnswer.signedIn), event(.tokenRefreshed, 14, GoldenAnswer.anonymous),
        event(.authorityState, 15, GoldenAnswer.anonymous), event(.revoked, 16, nil),
        signInPending, signInEnded(.signedIn, 19, GoldenAnswer.signedIn),
        signInEnded(.failed, 20, reason: "authorityRejected", GoldenAnswer.anonymous),
    ]

    private static let signInPending: SessionEvent = {
        var event = GoldenEvent.event(.signInPending, 17, GoldenAnswer.signingIn)
        (event.attempt, event.method, event.expiresInSeconds) = (Golden.attempt, "device", 600)
        return event
    }()

    private static func signInEnded(
        _ outcome: SignInOutcome, _ number: Int64, reason: String? = nil, _ status: SessionStatus
    ) -> SessionEvent {
        var event = event(.signInEnded, number, reason: reason, status)
        (event.attempt, event.outcome) = (Golden.attempt, outcome)
        return event
    }

    private static let expiringSoon: SessionEvent = {
        var event = GoldenEvent.event(.expiringSoon, 10, GoldenAnswer.signedIn)
        (event.what, event.atSeconds) = ("idleTimeout", 60)
        return event
    }()

    private static let withdrawn: SessionEvent = {
        var event = GoldenEvent.event(.expiringSoonWithdrawn, 11, GoldenAnswer.signedIn)
        event.what = "idleTimeout"
        return event
    }()

    private static func event(
        _ kind: EventKind, _ number: Int64, generation: Int64 = 5, reason: String? = nil, _ status: SessionStatus?
    ) -> SessionEvent {
        SessionEvent(
            sequence: 1_795_410_123_000 + number, generation: generation, kind: kind, reason: reason, status: status)
    }
}

@Suite(.timeLimit(.minutes(10))) struct GoldenEventTests {
    @Test("an event reads from its line and writes it again, byte for byte", arguments: GoldenEvent.all.indices)
    func event(number: Int) throws {
        let lines = try Golden.lines("SessionEvent")
        #expect(lines.count == GoldenEvent.all.count)
        guard case .notification(let method, let json) = try ResponseLine(line: bytes(lines[number]).span) else {
            Issue.record("no notification")
            return
        }
        #expect(method == SessionEvent.method)
        #expect(try SessionEvent(json: json) == GoldenEvent.all[number])
        #expect(String(decoding: GoldenEvent.all[number].line, as: UTF8.self) == lines[number] + "\n")
    }

    @Test(arguments: EventKind.all)
    func hasAnExampleOf(kind: EventKind) {
        #expect(
            GoldenEvent.all.contains { $0.kind == kind },
            """
            no example of \(kind.rawValue): write one in Tests/SessionProtocolTests/Messages/GoldenEvent.swift, and its \
            line in Tests/SessionProtocolTests/Golden/SessionEvent.json
            """)
    }

    @Test func onlyOverflowAndRevokedAreTheLast() {
        let kinds: [EventKind] = [.signedOut, .uuidChanged, .tokenRefreshed, EventKind(rawValue: "later")]
        #expect(!kinds.contains { $0.isTerminal } && EventKind.overflow.isTerminal && EventKind.revoked.isTerminal)
    }
}
