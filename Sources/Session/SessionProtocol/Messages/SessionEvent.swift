// SPDX-License-Identifier: Apache-2.0

/// One transition of the session, told once to everybody who watches, as a notification; never a token.
///
/// ```json
/// {"jsonrpc":"2.0","method":"session.event","params":{"sequence":1795410123008,"generation":4,"kind":"signedOut",
///  "reason":"userSignOut","status":{"state":"anonymous",…}}}
/// ```
/// Those of one change of the session follow one another, each with the status after the whole change.
public struct SessionEvent: Sendable, Equatable {
    /// The notification's name.
    public static let method = "session.event"

    /// Numbers the events: it never repeats and never goes back. Of a terminal event, the number of the last one that
    /// was sent before it: what a new watch can be resumed after.
    public var sequence: Int64
    /// The generation after the transition.
    public var generation: Int64
    /// What happened.
    public var kind: EventKind
    /// Why; `nil` where the kind says all.
    public var reason: String?
    /// Which end of the policy is meant, `idleTimeout` or `maximumLifetime`; of `expiringSoon` and its withdrawal only.
    public var what: String?
    /// In how many seconds from the event on that end comes; of `expiringSoon` only.
    public var atSeconds: Int64?
    /// The sign-in that is meant; of `signInPending` and `signInEnded` only.
    public var attempt: String?
    /// How the person signs in; of `signInPending` only.
    public var method: String?
    /// In how many seconds from the event on it ends; of `signInPending` only.
    public var expiresInSeconds: Int64?
    /// How it ended; of `signInEnded` only. Where it `failed`, ``reason`` is the name of an error.
    public var outcome: SignInOutcome?
    /// The session after the whole change; `nil` in terminal events.
    public var status: SessionStatus?

    /// An event of those parts.
    public init(
        sequence: Int64, generation: Int64, kind: EventKind, reason: String? = nil, status: SessionStatus? = nil
    ) {
        (self.sequence, self.generation, self.kind) = (sequence, generation, kind)
        (self.reason, self.status) = (reason, status)
    }

    /// Reads the `params`.
    ///
    /// - Throws: ``SessionError`` named `internalError` where a member that version 1 promises is missing.
    public init(json: JSONValue) throws(SessionError) { try self.init(from: AnswerReader(json)) }

    /// Reads the `params`.
    ///
    /// - Throws: ``SessionError`` named `internalError` where a member that version 1 promises is missing.
    public init(from reader: AnswerReader) throws(SessionError) {
        self.init(
            sequence: try reader.requiredInteger("sequence"), generation: try reader.requiredInteger("generation"),
            kind: EventKind(rawValue: try reader.requiredText("kind")), reason: reader.text("reason"))
        what = reader.text("what")
        atSeconds = reader.integer("atSeconds")
        (attempt, method) = (reader.text("attempt"), reader.text("method"))
        expiresInSeconds = reader.integer("expiresInSeconds")
        outcome = reader.text("outcome").map(SignInOutcome.init)
        if reader.has("status") { status = try SessionStatus(from: reader.requiredObject("status")) }
    }

    /// The notification's line, ended by LF.
    public var line: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("jsonrpc", "2.0")
        writer.member("method", SessionEvent.method)
        writer.object("params") { params in
            params.member("sequence", sequence)
            params.member("generation", generation)
            params.member("kind", kind.rawValue)
            params.member("reason", reason)
            params.member("what", what)
            params.member("atSeconds", atSeconds)
            params.member("attempt", attempt)
            params.member("method", method)
            params.member("expiresInSeconds", expiresInSeconds)
            params.member("outcome", outcome?.rawValue)
            guard let status else { return }
            params.name("status")
            status.write(to: &params)
        }
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }
}
