// SPDX-License-Identifier: Apache-2.0

/// Asks for the customer's UUID; no parameters. Fails only with `storeLocked`.
public struct GetUUID: ParameterlessRequest {
    /// What is answered.
    public typealias Response = UUIDAnswer
    /// `session.getUUID`.
    public static let method = Method.getUUID
    /// The request.
    public init() {}
}

/// Asks which UUID an authentication begun now would commit; it changes nothing.
///
/// ```json
/// {"authID":"customer@synerise.com"}
/// ```
public struct GetUUIDForAuthentication: SessionRequest {
    /// What is answered.
    public typealias Response = UUIDAnswer
    /// `session.getUUIDForAuthentication`.
    public static let method = Method.getUUIDForAuthentication
    /// What it may be called with.
    public static let parameterNames = ["authID"]
    /// The authID of that authentication; `nil`: one without, of an account that is not known here.
    public var authID: String?

    /// The request.
    public init(authID: String? = nil) { self.authID = authID }

    /// Reads `authID`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        authID = try parameters.text("authID", .identifier)
    }

    /// Writes `authID`.
    public func write(to writer: inout JSONWriter) { writer.member("authID", authID) }
}

/// Asks who the customer is and how the session stands; no parameters.
public struct GetStatus: ParameterlessRequest {
    /// What is answered.
    public typealias Response = SessionStatus
    /// `session.status`.
    public static let method = Method.status
    /// The request.
    public init() {}
}

/// Asks for the effective token: the client's while somebody is signed in, else the anonymous one.
///
/// ```json
/// {"minimumValiditySeconds":300,"allowStale":true}
/// ```
public struct RetrieveToken: SessionRequest {
    /// What is answered.
    public typealias Response = TokenAnswer
    /// `session.retrieveToken`.
    public static let method = Method.retrieveToken
    /// What it may be called with.
    public static let parameterNames = ["minimumValiditySeconds", "allowStale", "requireSignedIn"]
    /// How long the token must live at least, in seconds from 0; the token is refreshed where it does not.
    public var minimumValiditySeconds: Int64
    /// Whether a token that lives shorter is welcome where it cannot be refreshed now.
    public var allowStale: Bool
    /// Whether only the token of a customer who is signed in will do.
    public var requireSignedIn: Bool

    /// The request.
    public init(minimumValiditySeconds: Int64 = 0, allowStale: Bool = false, requireSignedIn: Bool = false) {
        self.minimumValiditySeconds = minimumValiditySeconds
        (self.allowStale, self.requireSignedIn) = (allowStale, requireSignedIn)
    }

    /// The longest validity that can be asked for: ten years.
    package static let maximumValiditySeconds: Int64 = 315_360_000

    /// Reads `minimumValiditySeconds`, `allowStale` and `requireSignedIn`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        minimumValiditySeconds =
            try parameters.integer("minimumValiditySeconds", in: 0...RetrieveToken.maximumValiditySeconds) ?? 0
        allowStale = try parameters.bool("allowStale") ?? false
        requireSignedIn = try parameters.bool("requireSignedIn") ?? false
    }

    /// Writes what differs from the defaults.
    public func write(to writer: inout JSONWriter) {
        writer.member("minimumValiditySeconds", minimumValiditySeconds == 0 ? nil : minimumValiditySeconds)
        writer.member("allowStale", allowStale ? true : nil)
        writer.member("requireSignedIn", requireSignedIn ? true : nil)
    }
}

/// Asks for a new effective token now; no parameters.
public struct RefreshToken: ParameterlessRequest {
    /// What is answered.
    public typealias Response = TokenFacts
    /// `session.refreshToken`.
    public static let method = Method.refreshToken
    /// The request.
    public init() {}
}

/// Says that the customer is there: the only thing that counts as their activity; no parameters.
public struct Touch: ParameterlessRequest {
    /// What is answered.
    public typealias Response = Done
    /// `session.touch`.
    public static let method = Method.touch
    /// The request.
    public init() {}
}
