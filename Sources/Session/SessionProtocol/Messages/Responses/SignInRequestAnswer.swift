// SPDX-License-Identifier: Apache-2.0

/// A sign-in that waits for the person: what to show them, or where to send their browser.
///
/// ```json
/// {"attempt":"4f1c…","method":"device","joined":false,"userCode":"WDJB-MJHT",
///  "verificationURI":"https://login.example.com/device",
///  "verificationURIComplete":"https://login.example.com/device?user_code=WDJB-MJHT",
///  "expiresAt":"2026-11-23T05:12:03Z","expiresInSeconds":599}
/// ```
/// Codes and addresses are secrets until the person has them: whoever reads them could sign somebody else in.
public struct SignInRequestAnswer: SessionResponse {
    /// What a daemon that has such sign-ins says of itself in its `features`.
    public static let feature = "signInRequest"

    /// The sign-in.
    public var request: SignInRequest
    /// Whether it was pending before.
    public var joined: Bool

    /// An answer of those parts.
    public init(_ request: SignInRequest, joined: Bool) { (self.request, self.joined) = (request, joined) }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        request = try SignInRequest(reader)
        joined = try reader.requiredBool("joined")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        request.write(to: &writer, joined: joined)
        writer.endObject()
    }
}

/// The pending sign-in as another screen may show it; nothing where nobody signs in. Never with an address that could
/// be completed from.
public struct PendingSignInAnswer: SessionResponse {
    /// The sign-in; `nil`: none is pending.
    public var request: SignInRequest?

    /// An answer with that sign-in.
    public init(_ request: SignInRequest?) { self.request = request }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        request = reader.text("attempt") == nil ? nil : try SignInRequest(reader)
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        request?.write(to: &writer, joined: nil)
        writer.endObject()
    }
}

/// What a person needs to sign in.
public struct SignInRequest: Sendable, Equatable {
    /// Names the sign-in.
    public var attempt: String
    /// How the person signs in; open, as all names on the wire.
    public var method: String
    /// What the person enters at the address; of the device method.
    public var userCode: Secret?
    /// Where they enter it; of the device method.
    public var verificationURI: Secret?
    /// The address with the code in it, for a QR code; `nil` where the authority gave none.
    public var verificationURIComplete: Secret?
    /// Where the browser goes; of the browser method.
    public var authorizationURL: Secret?
    /// Where it comes back to, which whoever has joined may not have named; of the browser method.
    public var redirectURI: String?
    /// When it ends.
    public var expiresAt: Timestamp
    /// How long that is from now on, in whole seconds.
    public var expiresInSeconds: Int64

    /// A sign-in without anything to show yet.
    public init(attempt: String, method: SignInMethod, expiresAt: Timestamp, expiresInSeconds: Int64) {
        (self.attempt, self.method) = (attempt, method.rawValue)
        (self.expiresAt, self.expiresInSeconds) = (expiresAt, expiresInSeconds)
    }

    init(_ reader: AnswerReader) throws(SessionError) {
        attempt = try reader.requiredText("attempt")
        method = try reader.requiredText("method")
        userCode = reader.text("userCode").map(Secret.init)
        verificationURI = reader.text("verificationURI").map(Secret.init)
        verificationURIComplete = reader.text("verificationURIComplete").map(Secret.init)
        authorizationURL = reader.text("authorizationURL").map(Secret.init)
        redirectURI = reader.text("redirectURI")
        expiresAt = try reader.required("expiresAt", reader.timestamp("expiresAt"))
        expiresInSeconds = try reader.requiredInteger("expiresInSeconds")
    }

    fileprivate func write(to writer: inout JSONWriter, joined: Bool?) {
        writer.member("attempt", attempt)
        writer.member("method", method)
        writer.member("joined", joined)
        writer.member("userCode", userCode?.reveal())
        writer.member("verificationURI", verificationURI?.reveal())
        writer.member("verificationURIComplete", verificationURIComplete?.reveal())
        writer.member("authorizationURL", authorizationURL?.reveal())
        writer.member("redirectURI", redirectURI)
        writer.member("expiresAt", expiresAt.description)
        writer.member("expiresInSeconds", expiresInSeconds)
    }
}

/// Whether a sign-in was given up.
///
/// ```json
/// {"cancelled":true}
/// ```
public struct CancelSignInAnswer: SessionResponse {
    /// `false`: none was pending, or another one.
    public var cancelled: Bool

    /// An answer.
    public init(cancelled: Bool) { self.cancelled = cancelled }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        cancelled = try reader.requiredBool("cancelled")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("cancelled", cancelled)
        writer.endObject()
    }
}
