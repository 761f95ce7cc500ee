// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessionServer
import Testing

/// What `journalctl -x` says about our entries.
@Suite(.timeLimit(.minutes(10))) struct CatalogTests {
    /// The fields that every entry of a kind has, `MESSAGE_ID` aside; journalctl(1) leaves the name of one that an entry
    /// lacks in the text.
    private static let fields: [JournalEvent: Set<String>] = [
        .signedIn: ["SESSION_GENERATION"], .signedOut: ["SESSION_GENERATION", "REASON"],
        .uuidChanged: ["SESSION_GENERATION", "REASON"], .identityChanged: ["SESSION_GENERATION"],
        .tokenRefreshed: ["SESSION_GENERATION"], .authorityState: ["SESSION_GENERATION"],
        .signInPending: ["SESSION_GENERATION"], .signInEnded: ["SESSION_GENERATION"],
        .expiringSoon: ["SESSION_GENERATION", "REASON"], .signOutUntold: ["REASON"],
        .mutation: ["SESSION_METHOD", "PEER_UID", "PEER_GID", "PEER_PID", "OUTCOME"], .denied: ["PEER_UID"],
        .reloaded: ["OUTCOME", "PEER_UID", "PEER_PID"],
        .logLevelChanged: ["SESSION_METHOD", "PEER_UID", "PEER_GID", "PEER_PID"],
        .tokenRead: ["SESSION_METHOD", "PEER_UID", "PEER_GID", "PEER_PID", "SESSION_GENERATION"],
        .storeRolledBack: ["STORE_REVISION", "STORE_LAST_REVISION"],
    ]

    @Test func explainsEveryKindOfEntryOnceAndNoOther() throws {
        let ids = try MessageCatalog().texts.map(\.id)
        #expect(
            ids.sorted() == JournalEvent.allCases.map(\.rawValue).sorted(),
            "systemd/sessiond.catalog: explain each JournalEvent, under its number, once")
    }

    @Test func everyKindOfEntryIsAJournalEvent() throws {
        let known = Set(JournalEvent.allCases.map(\.rawValue))
        for text in try Package.swiftTexts(below: "Sources") {
            for match in text.matches(of: /"([0-9a-f]{32})"/) { #expect(known.contains(String(match.1))) }
            let hasAnother = text.contains(/MessageID\(0x[0-9a-f_]{32,}\)/)
            #expect(!hasAnother)
        }
    }

    @Test(arguments: JournalEvent.allCases)
    func saysWhatHappenedAndWhereToReadOn(event: JournalEvent) throws {
        let text = try #require(try MessageCatalog().texts.first { $0.id == event.rawValue })
        #expect(text.headers["Subject"]?.isEmpty == false)
        #expect(text.headers["Defined-By"] == "sessiond")
        #expect(try #require(text.headers["Documentation"]).contains(/^man:sessiond[-a-z.]*\([1-8]\)$/))
        #expect(text.body.count > 100)
        #expect(text.fields.isSubset(of: Self.fields[event, default: []]))
    }

    @Test func namesEveryReasonForTheEndOfASession() throws {
        let text = try #require(try MessageCatalog().texts.first { $0.id == JournalEvent.signedOut.rawValue })
        for reason in EndReason.all { #expect(text.body.contains("  \(reason.rawValue) "), "\(reason)") }
    }
}
