// SPDX-License-Identifier: Apache-2.0

/// Who the customer is and how the session stands; never a token.
///
/// ```json
/// {"state":"anonymous","uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","uuidOrigin":"generated","signedIn":false,
///  "signedInViaSimpleAuthentication":false,"origin":"ANONYMOUS","expiresAt":"2026-11-23T06:02:03Z",
///  "expiresInSeconds":3599,"tokenState":"valid","generation":1,"authority":{"kind":"local","reachable":true},
///  "store":{"sealed":false,"state":"ok"}}
/// ```
public struct SessionStatus: SessionResponse {
    /// What the session is.
    public var state: SessionPhase
    /// The customer's UUID.
    public var uuid: CustomerUUID
    /// How the UUID came to be.
    public var uuidOrigin: UUIDOrigin
    /// Whether somebody is signed in.
    public var signedIn: Bool
    /// Whether somebody is recognised by Simple Authentication.
    public var signedInViaSimpleAuthentication: Bool
    /// Where the effective token came from; `nil` without one.
    public var origin: TokenOrigin?
    /// What the customer signed in with; `nil` while nobody is signed in.
    public var login: String?
    /// The label for an e-mail; `nil` where none was set.
    public var customEmail: String?
    /// The label for an identifier; `nil` where none was set.
    public var customIdentifier: String?
    /// The numeric profile id, as a string; `nil` where the authority gave none.
    public var clientID: String?
    /// When the effective token ends, by the authority's clock; `nil` without one.
    public var expiresAt: Timestamp?
    /// How long it lives from now on, in whole seconds; `nil` without one.
    public var expiresInSeconds: Int64?
    /// When the customer's session ends by itself, by this device's clock; `nil`: no limit of the configuration counts
    /// now. `session.touch` moves an end by idleness, which is no event.
    public var sessionEndsAt: Timestamp?
    /// In how many whole seconds that is; `nil` without one.
    public var sessionEndsInSeconds: Int64?
    /// Which limit that is, `idleTimeout` or `maximumLifetime`; `nil` without one.
    public var sessionEndsBecause: EndReason?
    /// How the effective token stands.
    public var tokenState: TokenState
    /// Names one customer on this device; rises when the customer changes.
    public var generation: Int64
    /// How the authority stands.
    public var authority: AuthorityStatus
    /// How the stored session stands.
    public var store: StoreStatus
    /// The sign-in at the authority that waits for the person; `nil`: none does.
    public var pendingSignIn: PendingSignInStatus?

    /// A session without a token.
    public init(
        uuid: CustomerUUID, uuidOrigin: UUIDOrigin, generation: Int64, authority: AuthorityStatus, store: StoreStatus
    ) {
        (state, tokenState) = (.none, .none)
        (signedIn, signedInViaSimpleAuthentication) = (false, false)
        (self.uuid, self.uuidOrigin, self.generation) = (uuid, uuidOrigin, generation)
        (self.authority, self.store) = (authority, store)
    }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        self.init(
            uuid: try reader.requiredUUID("uuid"),
            uuidOrigin: UUIDOrigin(rawValue: try reader.requiredText("uuidOrigin")),
            generation: try reader.requiredInteger("generation"),
            authority: try AuthorityStatus(reader.requiredObject("authority")),
            store: try StoreStatus(reader.requiredObject("store"))
        )
        state = SessionPhase(rawValue: try reader.requiredText("state"))
        tokenState = TokenState(rawValue: try reader.requiredText("tokenState"))
        signedIn = try reader.requiredBool("signedIn")
        signedInViaSimpleAuthentication = try reader.requiredBool("signedInViaSimpleAuthentication")
        origin = reader.text("origin").map(TokenOrigin.init(wire:))
        login = reader.text("login")
        customEmail = reader.text("customEmail")
        customIdentifier = reader.text("customIdentifier")
        clientID = reader.text("clientID")
        expiresAt = reader.timestamp("expiresAt")
        expiresInSeconds = reader.integer("expiresInSeconds")
        sessionEndsAt = reader.timestamp("sessionEndsAt")
        sessionEndsInSeconds = reader.integer("sessionEndsInSeconds")
        sessionEndsBecause = reader.text("sessionEndsBecause").map(EndReason.init(rawValue:))
        pendingSignIn = try reader.object("pendingSignIn").map(PendingSignInStatus.init)
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("state", state.rawValue)
        writer.member("uuid", uuid.description)
        writer.member("uuidOrigin", uuidOrigin.rawValue)
        writer.member("signedIn", signedIn)
        writer.member("signedInViaSimpleAuthentication", signedInViaSimpleAuthentication)
        writer.member("origin", origin?.rawValue)
        writer.member("login", login)
        writer.member("customEmail", customEmail)
        writer.member("customIdentifier", customIdentifier)
        writer.member("clientID", clientID)
        writer.member("expiresAt", expiresAt?.description)
        writer.member("expiresInSeconds", expiresInSeconds)
        writer.member("sessionEndsAt", sessionEndsAt?.description)
        writer.member("sessionEndsInSeconds", sessionEndsInSeconds)
        writer.member("sessionEndsBecause", sessionEndsBecause?.rawValue)
        writer.member("tokenState", tokenState.rawValue)
        writer.member("generation", generation)
        writer.object("authority", authority.write)
        writer.object("store", store.write)
        if let pendingSignIn { writer.object("pendingSignIn", pendingSignIn.write) }
        writer.endObject()
    }
}

/// That somebody is signing in at the authority; without the code, which is for who may show it.
public struct PendingSignInStatus: Sendable, Equatable {
    /// Names the sign-in.
    public var attempt: String
    /// How the person signs in; open, as all names on the wire.
    public var method: String
    /// When it ends.
    public var expiresAt: Timestamp

    /// A sign-in of those parts.
    public init(attempt: String, method: SignInMethod, expiresAt: Timestamp) {
        (self.attempt, self.method, self.expiresAt) = (attempt, method.rawValue, expiresAt)
    }

    init(_ reader: AnswerReader) throws(SessionError) {
        attempt = try reader.requiredText("attempt")
        method = try reader.requiredText("method")
        expiresAt = try reader.required("expiresAt", reader.timestamp("expiresAt"))
    }

    func write(to writer: inout JSONWriter) {
        writer.member("attempt", attempt)
        writer.member("method", method)
        writer.member("expiresAt", expiresAt.description)
    }
}

/// How the authority stands.
public struct AuthorityStatus: Sendable, Equatable {
    /// `local`, `openid` or `synerise`.
    public var kind: String
    /// Whether the last attempt to ask it got an answer; also true while there was none, see ``lastAnsweredAt``.
    public var reachable: Bool
    /// When it answered last, by this device's clock; `nil`: not since the daemon was started.
    public var lastAnsweredAt: Timestamp?
    /// What the last failure was: an error's name, with the HTTP status where there was one; `nil` after a success.
    public var lastError: String?
    /// When it is asked next; `nil` where nothing is planned.
    public var nextAttemptAt: Timestamp?
    /// How far the device's clock is ahead of the authority's, in whole seconds; `nil` where that is not known.
    public var clockSkewSeconds: Int64?

    /// An authority of a kind.
    public init(
        kind: String, reachable: Bool, lastError: String? = nil, lastAnsweredAt: Timestamp? = nil,
        nextAttemptAt: Timestamp? = nil, clockSkewSeconds: Int64? = nil
    ) {
        (self.kind, self.reachable, self.lastError) = (kind, reachable, lastError)
        self.lastAnsweredAt = lastAnsweredAt
        (self.nextAttemptAt, self.clockSkewSeconds) = (nextAttemptAt, clockSkewSeconds)
    }

    init(_ reader: AnswerReader) throws(SessionError) {
        kind = try reader.requiredText("kind")
        reachable = try reader.requiredBool("reachable")
        lastError = reader.text("lastError")
        lastAnsweredAt = reader.timestamp("lastAnsweredAt")
        nextAttemptAt = reader.timestamp("nextAttemptAt")
        clockSkewSeconds = reader.integer("clockSkewSeconds")
    }

    func write(to writer: inout JSONWriter) {
        writer.member("kind", kind)
        writer.member("reachable", reachable)
        writer.member("lastError", lastError)
        writer.member("lastAnsweredAt", lastAnsweredAt?.description)
        writer.member("nextAttemptAt", nextAttemptAt?.description)
        writer.member("clockSkewSeconds", clockSkewSeconds)
    }
}

/// How the stored session stands.
public struct StoreStatus: Sendable, Equatable {
    /// Whether it is encrypted.
    public var sealed: Bool
    /// Whether it can be read and written.
    public var state: StoreCondition

    /// A store in that condition.
    public init(sealed: Bool, state: StoreCondition) { (self.sealed, self.state) = (sealed, state) }

    init(_ reader: AnswerReader) throws(SessionError) {
        sealed = try reader.requiredBool("sealed")
        state = StoreCondition(rawValue: try reader.requiredText("state"))
    }

    func write(to writer: inout JSONWriter) {
        writer.member("sealed", sealed)
        writer.member("state", state.rawValue)
    }
}
