// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@Suite(.timeLimit(.minutes(10))) struct EventKindTests {
    @Test func everyKindHasAPlaceOfItsOwnAndUnknownOnesComeLast() {
        #expect(EventKind.all.map(\.place) == Array(EventKind.all.indices))
        #expect(Set(EventKind.all).count == EventKind.all.count)
        #expect(EventKind(rawValue: "later").place == EventKind.all.count)
    }

    @Test func theKindsOfOneChangeComeInTheirOrder() {
        let kinds: [EventKind] = [
            .signedOut, .uuidChanged, .identityChanged, .signedIn, .signInEnded, .signInPending, .tokenRefreshed,
            .expiringSoon, .expiringSoonWithdrawn, .authorityState, .overflow, .revoked,
        ]
        #expect(
            kinds == EventKind.all,
            "write the kind, in its place, in Tests/SessionProtocolTests/Values/EventKindTests.swift")
    }
}
