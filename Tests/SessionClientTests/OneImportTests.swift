// SPDX-License-Identifier: Apache-2.0

import SessionClient
import Testing

/// What an app writes with the one import that it needs, and what it sees of that in its log.
@Suite(.timeLimit(.minutes(10))) struct OneImportTests {
    private static let login = "anna@example.com"

    private static func status(_ generation: Int64 = 7, _ state: SessionPhase = .signedIn) throws -> SessionStatus {
        let uuid = try #require(CustomerUUID("345d4c8f-5aff-591d-a19c-1ca48923d9ee"))
        var status = SessionStatus(
            uuid: uuid, uuidOrigin: .generated, generation: generation,
            authority: AuthorityStatus(kind: "local", reachable: true), store: StoreStatus(sealed: true, state: .ok))
        (status.state, status.login, status.tokenState) = (state, login, .valid)
        (status.customEmail, status.customIdentifier, status.clientID) = (login, login, login)
        return status
    }

    @Test func aSecretIsThereAndDoesNotPrint() {
        let secret = Secret("canary")
        #expect(secret.reveal() == "canary" && !"\(secret)".contains("canary"))
    }

    @Test func namesPrintAsTheyAre() {
        #expect("\(SessionPhase.signedIn) \(EndReason.idleTimeout)" == "signedIn idleTimeout")
        #expect("\(EventKind.signedOut)" == "signedOut")
        #expect("\(ErrorName.notSignedIn) \(ClientError.Code.closed)" == "notSignedIn closed")
        #expect("\(SessionPhase(rawValue: "ofALaterVersion"))" == "ofALaterVersion")
    }

    @Test func aChangeReadsAndTellsNobodysLogin() throws {
        let (before, after) = (try Self.status(), try Self.status(8, .anonymous))
        let event = SessionEvent(sequence: 1, generation: 8, kind: .signedOut, reason: "idleTimeout", status: after)
        let change = SessionChange(.event(event), previous: before, status: after)
        let session = "anonymous, token valid, generation 8, 345d4c8f-5aff-591d-a19c-1ca48923d9ee"
        #expect("\(change)" == "signedOut (idleTimeout), another customer: \(session)")
        #expect("\(event)" == "signedOut (idleTimeout): \(session)")
        // Within something else as well, which prints its parts as a debugger does.
        for text in ["\([change])", "\((event, before))", String(reflecting: change), String(describing: before)] {
            #expect(!text.contains("anna"), "\(text)")
        }
    }

    @Test func reasonsAreNamesToSwitchOver() throws {
        func event(_ kind: EventKind, _ reason: String?) -> SessionEvent {
            SessionEvent(sequence: 1, generation: 1, kind: kind, reason: reason)
        }
        #expect(event(.signedOut, "idleTimeout").endReason == .idleTimeout)
        #expect(event(.uuidChanged, "destroy").uuidReason == .destroy)
        #expect(event(.uuidChanged, "destroy").endReason == nil && event(.signedOut, "x").uuidReason == nil)
        var soon = event(.expiringSoon, nil)
        soon.what = "maximumLifetime"
        #expect(soon.comingEnd == .maximumLifetime && soon.endReason == nil)
        var failed = event(.signInEnded, "storeFailed")
        failed.outcome = .failed
        #expect(failed.signInFailure == .storeFailed)
    }
}
