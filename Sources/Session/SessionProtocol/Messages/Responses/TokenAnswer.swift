// SPDX-License-Identifier: Apache-2.0

/// The effective token's facts, without the token: what `session.refreshToken` answers.
///
/// ```json
/// {"uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","origin":"ANONYMOUS","expiresAt":"2026-11-23T06:02:03Z",
///  "expiresInSeconds":3599,"stale":false,"generation":1}
/// ```
public struct TokenFacts: SessionResponse {
    /// The customer it is for.
    public var uuid: CustomerUUID
    /// Where it came from.
    public var origin: TokenOrigin
    /// When it ends, by the authority's clock.
    public var expiresAt: Timestamp
    /// How long it lives from now on, in whole seconds.
    public var expiresInSeconds: Int64
    /// Whether the last attempt to refresh it failed.
    public var stale: Bool
    /// The customer's generation.
    public var generation: Int64
    /// The customer's own id; `nil` where the authority gave none.
    public var customID: String?
    /// The numeric profile id, as a string; `nil` where the authority gave none.
    public var clientID: String?
    /// The authority's realm; `nil` where it gave none.
    public var realm: String?

    /// The facts of a token.
    public init(
        uuid: CustomerUUID, origin: TokenOrigin, expiresAt: Timestamp, expiresInSeconds: Int64, stale: Bool,
        generation: Int64, customID: String? = nil, clientID: String? = nil, realm: String? = nil
    ) {
        (self.uuid, self.origin, self.generation) = (uuid, origin, generation)
        (self.expiresAt, self.expiresInSeconds, self.stale) = (expiresAt, expiresInSeconds, stale)
        (self.customID, self.clientID, self.realm) = (customID, clientID, realm)
    }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        uuid = try reader.requiredUUID("uuid")
        origin = TokenOrigin(wire: try reader.requiredText("origin"))
        expiresAt = try reader.required("expiresAt", reader.timestamp("expiresAt"))
        expiresInSeconds = try reader.requiredInteger("expiresInSeconds")
        stale = try reader.requiredBool("stale")
        generation = try reader.requiredInteger("generation")
        customID = reader.text("customID")
        clientID = reader.text("clientID")
        realm = reader.text("realm")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("uuid", uuid.description)
        writer.member("origin", origin.rawValue)
        writer.member("expiresAt", expiresAt.description)
        writer.member("expiresInSeconds", expiresInSeconds)
        writer.member("stale", stale)
        writer.member("generation", generation)
        writer.member("customID", customID)
        writer.member("clientID", clientID)
        writer.member("realm", realm)
    }
}

/// The effective token and its facts: what `session.retrieveToken` answers.
///
/// ```json
/// {"token":"eyJ…","uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","origin":"ANONYMOUS",
///  "expiresAt":"2026-11-23T06:02:03Z","expiresInSeconds":3599,"stale":false,"generation":1}
/// ```
public struct TokenAnswer: SessionResponse {
    /// The token, opaque.
    public var token: Secret
    /// What is known about it.
    public var facts: TokenFacts

    /// A token and its facts.
    public init(token: Secret, facts: TokenFacts) { (self.token, self.facts) = (token, facts) }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        token = Secret(try reader.requiredText("token"))
        facts = try TokenFacts(from: reader)
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("token", token.reveal())
        facts.writeMembers(to: &writer)
        writer.endObject()
    }
}
