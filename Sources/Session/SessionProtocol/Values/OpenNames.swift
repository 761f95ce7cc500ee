// SPDX-License-Identifier: Apache-2.0

/// A name on the wire, of which a later version may have more: one that is unknown is a value like any other. It is printed
/// as it is.
public protocol OpenName: RawRepresentable<String>, Hashable, Sendable, CustomStringConvertible {}

extension OpenName {
    /// The name.
    public var description: String { rawValue }
}

/// Where a token came from.
public enum TokenOrigin: String, Sendable, CaseIterable {
    /// An anonymous login.
    case anonymous = "ANONYMOUS"
    /// E-mail or custom id, and password.
    case synerise = "SYNERISE"
    /// Simple Authentication.
    case simpleAuth = "SIMPLE_AUTH"
    /// The customer's own identity provider.
    case oauth = "OAUTH"
    /// Facebook.
    case facebook = "FACEBOOK"
    /// Google.
    case google = "GOOGLE"
    /// Apple.
    case apple = "APPLE"
    /// A session that leaves no trace at the authority.
    case incognito = "INCOGNITO"
    /// Anything else, now or in a later version.
    case unknown = "UNKNOWN"

    /// Reads an origin; one that is not known is ``unknown``, never an error.
    public init(wire: String) { self = TokenOrigin.named(wire) ?? .unknown }
}

/// What the session is; open, as all names on the wire.
public struct SessionPhase: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The phase of that name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A UUID, and no token yet.
    public static let none = SessionPhase(rawValue: "none")
    /// An anonymous token.
    public static let anonymous = SessionPhase(rawValue: "anonymous")
    /// Recognised by Simple Authentication.
    public static let simple = SessionPhase(rawValue: "simple")
    /// Signed in.
    public static let signedIn = SessionPhase(rawValue: "signedIn")
    /// The customer's session is over; they must sign in again. The anonymous one goes on.
    public static let expired = SessionPhase(rawValue: "expired")
}

/// How the effective token stands: the first name that fits, in this order.
public struct TokenState: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The state of that name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// There is no token.
    public static let none = TokenState(rawValue: "none")
    /// It has expired.
    public static let expired = TokenState(rawValue: "expired")
    /// It is valid, but the last refresh failed.
    public static let stale = TokenState(rawValue: "stale")
    /// It is valid and being refreshed.
    public static let refreshing = TokenState(rawValue: "refreshing")
    /// It is valid.
    public static let valid = TokenState(rawValue: "valid")
}

/// How the UUID came to be.
public struct UUIDOrigin: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The origin of that name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// By chance: version 4.
    public static let generated = UUIDOrigin(rawValue: "generated")
    /// From an identifier: version 5.
    public static let derived = UUIDOrigin(rawValue: "derived")
    /// Given by whoever authenticated.
    public static let injected = UUIDOrigin(rawValue: "injected")
}

/// Whether the session can be stored.
public struct StoreCondition: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The condition of that name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// It can.
    public static let ok = StoreCondition(rawValue: "ok")
    /// The last write failed.
    public static let failing = StoreCondition(rawValue: "failing")
    /// What is stored cannot be read, and is not overwritten.
    public static let locked = StoreCondition(rawValue: "locked")
}

/// Why a customer's session ended, or will; open, as all names on the wire.
public struct EndReason: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The reason of that name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The customer signed out.
    public static let userSignOut = EndReason(.userSignOut)
    /// An administrator signed the customer out.
    public static let systemSignOut = EndReason(.systemSignOut)
    /// The client token ended and could not be refreshed.
    public static let sessionExpired = EndReason(.sessionExpired)
    /// The session was destroyed.
    public static let sessionDestroyed = EndReason(.sessionDestroyed)
    /// The stored session belongs to another machine.
    public static let securityException = EndReason(.securityException)
    /// The authority rejected the client token.
    public static let clientRejected = EndReason(.clientRejected)
    /// The customer's account was deleted.
    public static let accountDeleted = EndReason(.accountDeleted)
    /// Nobody used the device for too long.
    public static let idleTimeout = EndReason(.idleTimeout)
    /// The session reached its maximum lifetime.
    public static let maximumLifetime = EndReason(.maximumLifetime)
    /// The API key changed.
    public static let apiKeyChanged = EndReason(.apiKeyChanged)

    // A reason that is missing here cannot be declared above.
    private enum Known: String, CaseIterable {
        case userSignOut, systemSignOut, sessionExpired, sessionDestroyed, securityException, clientRejected
        case accountDeleted, idleTimeout, maximumLifetime, apiKeyChanged
    }

    private init(_ known: Known) { rawValue = known.rawValue }

    /// Those of this version.
    public static let all: [EndReason] = Known.allCases.map(EndReason.init)
}

/// Why there is another UUID.
public struct UUIDReason: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The reason of that name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A new installation.
    public static let initial = UUIDReason(rawValue: "initial")
    /// Another customer was begun by `session.regenerateUUID`.
    public static let regeneration = UUIDReason(rawValue: "regeneration")
    /// Another customer was authenticated.
    public static let authentication = UUIDReason(rawValue: "authentication")
    /// The customer was forgotten.
    public static let destroy = UUIDReason(rawValue: "destroy")
}

/// What the authority did about a sign-out.
public struct AuthoritySignOut: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The outcome of that name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// It was told.
    public static let done = AuthoritySignOut(rawValue: "done")
    /// It will be told.
    public static let queued = AuthoritySignOut(rawValue: "queued")
    /// It cannot be told.
    public static let unsupported = AuthoritySignOut(rawValue: "unsupported")
    /// It is not told: too many sign-outs wait for that already. Its token lives on there until it expires.
    public static let outboxFull = AuthoritySignOut(rawValue: "outboxFull")
    /// There is nothing to tell it.
    public static let notNeeded = AuthoritySignOut(rawValue: "notNeeded")
}

/// How a sign-in at the authority ended.
public struct SignInOutcome: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The outcome of that name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The person is signed in.
    public static let signedIn = SignInOutcome(rawValue: "signedIn")
    /// They said no.
    public static let denied = SignInOutcome(rawValue: "denied")
    /// They did not do it in time.
    public static let expired = SignInOutcome(rawValue: "expired")
    /// An app gave it up.
    public static let cancelled = SignInOutcome(rawValue: "cancelled")
    /// Something else took its place.
    public static let superseded = SignInOutcome(rawValue: "superseded")
    /// The authority's answer allowed no sign-in.
    public static let failed = SignInOutcome(rawValue: "failed")

    /// Those that this version knows.
    package static let all: [SignInOutcome] = [signedIn, denied, expired, cancelled, superseded, failed]
}

/// What the conditional form of an authentication answers.
public struct AuthenticationCondition: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The condition of that name; the authority's own are handed on as they are.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The customer is signed in.
    public static let success = AuthenticationCondition(rawValue: "SUCCESS")
    /// The credentials are wrong.
    public static let unauthorized = AuthenticationCondition(rawValue: "UNAUTHORIZED")
}
