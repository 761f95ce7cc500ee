// SPDX-License-Identifier: Apache-2.0

/// How a person signs in at the authority itself, where the device never sees a password.
public enum SignInMethod: String, Sendable, CaseIterable {
    /// With a device of their own: they go to an address, or scan it, and enter a code (RFC 8628).
    case device
    /// In a web view of an app, which hands back the address that it was sent to (RFC 6749 §4.1 with RFC 7636).
    case browser
}

/// Begins a sign-in at the authority, or joins the one that is pending; the daemon goes on with it by itself.
///
/// ```json
/// {"method":"device"}
/// ```
/// A deadline or a closed connection ends the wait for the answer, not the sign-in.
public struct BeginSignIn: SessionMutation {
    /// What is answered.
    public typealias Response = SignInRequestAnswer
    /// `session.beginSignIn`.
    public static let method = Method.beginSignIn
    /// What it may be called with.
    public static let parameterNames = ["method", "redirectURI", "replace", "ifGeneration"]
    /// How the person signs in; `nil`: as one that is pending, else with their own device where the authority can do
    /// that, else in a browser. On the wire: `method`.
    public var signInMethod: SignInMethod?
    /// Where the authority sends a browser; `nil`: the first that is configured.
    public var redirectURI: String?
    /// Whether one that is pending is given up for this one.
    public var replace: Bool
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?
    /// See ``SignInRequestAnswer``.
    public var feature: String? { SignInRequestAnswer.feature }

    /// The request.
    public init(
        _ signInMethod: SignInMethod? = nil, redirectURI: String? = nil, replace: Bool = false,
        ifGeneration: Int64? = nil
    ) {
        (self.signInMethod, self.redirectURI) = (signInMethod, redirectURI)
        (self.replace, self.ifGeneration) = (replace, ifGeneration)
    }

    /// Reads `method`, `redirectURI` and `replace`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        signInMethod = try parameters.word("method", SignInMethod.self)
        redirectURI = try parameters.text("redirectURI", .uri)
        replace = try parameters.bool("replace") ?? false
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes `method`, `redirectURI` and `replace`.
    public func write(to writer: inout JSONWriter) {
        writer.member("method", signInMethod?.rawValue)
        writer.member("redirectURI", redirectURI)
        writer.member("replace", replace ? true : nil)
        writer.member("ifGeneration", ifGeneration)
    }
}

/// Asks for the sign-in that is pending, to show its code on another screen.
public struct GetPendingSignIn: ParameterlessRequest {
    /// What is answered.
    public typealias Response = PendingSignInAnswer
    /// `session.pendingSignIn`.
    public static let method = Method.pendingSignIn
    /// See ``SignInRequestAnswer``.
    public var feature: String? { SignInRequestAnswer.feature }

    /// The request.
    public init() {}
}

/// Hands back the address that the authority sent the browser to.
///
/// ```json
/// {"attempt":"4f1c…","callbackURL":"com.example.till:/signed-in?code=…&state=…"}
/// ```
public struct CompleteSignIn: SessionMutation {
    /// What is answered.
    public typealias Response = SessionStatus
    /// `session.completeSignIn`.
    public static let method = Method.completeSignIn
    /// What it may be called with.
    public static let parameterNames = ["attempt", "callbackURL", "ifGeneration"]
    /// Names the sign-in.
    public var attempt: String
    /// The whole address, with its query.
    public var callbackURL: Secret
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?
    /// See ``SignInRequestAnswer``.
    public var feature: String? { SignInRequestAnswer.feature }

    /// The request.
    public init(attempt: String, callbackURL: Secret, ifGeneration: Int64? = nil) {
        (self.attempt, self.callbackURL, self.ifGeneration) = (attempt, callbackURL, ifGeneration)
    }

    /// Reads `attempt` and `callbackURL`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        attempt = try parameters.requiredText("attempt", .attempt)
        callbackURL = try parameters.requiredSecret("callbackURL", .callbackURL)
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes `attempt` and `callbackURL`.
    public func write(to writer: inout JSONWriter) {
        writer.member("attempt", attempt)
        writer.member("callbackURL", callbackURL.reveal())
        writer.member("ifGeneration", ifGeneration)
    }
}

/// Gives a pending sign-in up.
///
/// ```json
/// {"attempt":"4f1c…"}
/// ```
public struct CancelSignIn: SessionMutation {
    /// What is answered.
    public typealias Response = CancelSignInAnswer
    /// `session.cancelSignIn`.
    public static let method = Method.cancelSignIn
    /// What it may be called with.
    public static let parameterNames = ["attempt", "ifGeneration"]
    /// Names the sign-in; `nil`: whichever is pending.
    public var attempt: String?
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?
    /// See ``SignInRequestAnswer``.
    public var feature: String? { SignInRequestAnswer.feature }

    /// The request.
    public init(attempt: String? = nil, ifGeneration: Int64? = nil) {
        (self.attempt, self.ifGeneration) = (attempt, ifGeneration)
    }

    /// Reads `attempt`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        attempt = try parameters.text("attempt", .attempt)
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes `attempt`.
    public func write(to writer: inout JSONWriter) {
        writer.member("attempt", attempt)
        writer.member("ifGeneration", ifGeneration)
    }
}
