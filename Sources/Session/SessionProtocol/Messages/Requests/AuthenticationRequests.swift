// SPDX-License-Identifier: Apache-2.0

/// What a customer is known by: one of e-mail and custom id.
public enum AccountName: Sendable, Equatable {
    /// An e-mail address.
    case email(String)
    /// The shop's own id.
    case customID(String)

    /// The text of either.
    public var text: String {
        switch self {
        case .email(let text), .customID(let text): text
        }
    }

    static let parameterNames = ["email", "customID"]

    init(from parameters: inout ParameterReader) throws(SessionError) {
        let email = try parameters.text("email", .email)
        let customID = try parameters.text("customID", .identifier)
        switch (email, customID) {
        case (let email?, nil): self = .email(email)
        case (nil, let customID?): self = .customID(customID)
        case (nil, nil): throw .invalidParameter("email", "is missing, and so is customID: one of them must be there")
        default: throw .invalidParameter("customID", "must not stand beside email")
        }
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .email(let text): writer.member("email", text)
        case .customID(let text): writer.member("customID", text)
        }
    }
}

/// What the password and provider forms of an authentication have in common.
public struct AuthenticationOptions: Sendable, Equatable {
    /// What the UUID is derived from: unique per customer; `nil`: nothing.
    public var authID: String?
    /// Whether the answer is the authority's condition; the conditional form never creates an account.
    public var conditional: Bool
    /// The agreements to store, an object handed on to the authority; `nil`: none.
    public var agreements: JSONValue?
    /// The attributes to store, an object handed on to the authority; `nil`: none.
    public var attributes: JSONValue?

    /// Options of those parts.
    public init(
        authID: String? = nil, conditional: Bool = false, agreements: JSONValue? = nil, attributes: JSONValue? = nil
    ) {
        (self.authID, self.conditional) = (authID, conditional)
        (self.agreements, self.attributes) = (agreements, attributes)
    }

    static let parameterNames = ["authID", "conditional", "agreements", "attributes"]

    init(from parameters: inout ParameterReader) throws(SessionError) {
        authID = try parameters.text("authID", .identifier)
        conditional = try parameters.bool("conditional") ?? false
        agreements = try parameters.object("agreements")
        attributes = try parameters.object("attributes")
    }

    func write(to writer: inout JSONWriter) {
        writer.member("authID", authID)
        writer.member("conditional", conditional ? true : nil)
        writer.member("agreements", agreements)
        writer.member("attributes", attributes)
    }
}

/// Signs a customer in with a password.
///
/// ```json
/// {"email":"customer@example.com","password":"…"}
/// ```
public struct SignIn: SessionMutation {
    /// What is answered.
    public typealias Response = AuthenticationAnswer
    /// `session.signIn`.
    public static let method = Method.signIn
    /// What it may be called with.
    public static let parameterNames =
        AccountName.parameterNames + ["password"] + AuthenticationOptions.parameterNames + ["ifGeneration"]
    /// Who signs in.
    public var account: AccountName
    /// Their password.
    public var password: Secret
    /// The rest.
    public var options: AuthenticationOptions
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?

    /// The request.
    public init(
        account: AccountName, password: Secret, options: AuthenticationOptions = AuthenticationOptions(),
        ifGeneration: Int64? = nil
    ) {
        (self.account, self.password, self.options) = (account, password, options)
        self.ifGeneration = ifGeneration
    }

    /// Reads the parameters.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        account = try AccountName(from: &parameters)
        password = try parameters.requiredSecret("password", .password)
        options = try AuthenticationOptions(from: &parameters)
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes the parameters.
    public func write(to writer: inout JSONWriter) {
        account.write(to: &writer)
        writer.member("password", password.reveal())
        options.write(to: &writer)
        writer.member("ifGeneration", ifGeneration)
    }
}

/// Signs a customer in with the token of an identity provider.
///
/// ```json
/// {"provider":"GOOGLE","providerToken":"…","authID":"customer@example.com"}
/// ```
public struct Authenticate: SessionMutation {
    /// An identity provider.
    public enum Provider: String, Sendable, CaseIterable {
        /// The customer's own.
        case oauth = "OAUTH"
        /// Facebook.
        case facebook = "FACEBOOK"
        /// Google.
        case google = "GOOGLE"
        /// Apple.
        case apple = "APPLE"
    }

    /// What is answered.
    public typealias Response = AuthenticationAnswer
    /// `session.authenticate`.
    public static let method = Method.authenticate
    /// What it may be called with.
    public static let parameterNames =
        ["provider", "providerToken"] + AuthenticationOptions.parameterNames + ["ifGeneration"]
    /// Whose token it is.
    public var provider: Provider
    /// The token.
    public var providerToken: Secret
    /// The rest.
    public var options: AuthenticationOptions
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?

    /// The request.
    public init(
        provider: Provider, providerToken: Secret, options: AuthenticationOptions = AuthenticationOptions(),
        ifGeneration: Int64? = nil
    ) {
        (self.provider, self.providerToken, self.options) = (provider, providerToken, options)
        self.ifGeneration = ifGeneration
    }

    /// Reads the parameters.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        provider = try parameters.required("provider", try parameters.word("provider", Provider.self))
        providerToken = try parameters.requiredSecret("providerToken", .token)
        options = try AuthenticationOptions(from: &parameters)
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes the parameters.
    public func write(to writer: inout JSONWriter) {
        writer.member("provider", provider.rawValue)
        writer.member("providerToken", providerToken.reveal())
        options.write(to: &writer)
        writer.member("ifGeneration", ifGeneration)
    }
}

/// Installs a client token that was obtained elsewhere; its UUID becomes the session's.
///
/// ```json
/// {"token":"eyJ…","expiresAt":"2026-11-23T06:02:03Z","origin":"SYNERISE",
///  "uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee"}
/// ```
public struct AuthenticateWithToken: SessionMutation {
    /// What is answered.
    public typealias Response = AuthenticationAnswer
    /// `session.authenticateWithToken`.
    public static let method = Method.authenticateWithToken
    /// What it may be called with.
    public static let parameterNames = [
        "token", "expiresAt", "origin", "uuid", "clientID", "customID", "realm", "authID", "ifGeneration",
    ]
    /// The token.
    public var token: Secret
    /// When it ends, by the authority's clock.
    public var expiresAt: Timestamp
    /// Where it came from; not an anonymous login, nor Simple Authentication.
    public var origin: TokenOrigin
    /// Whose it is.
    public var uuid: CustomerUUID
    /// The numeric profile id, as a string; `nil`: not known.
    public var clientID: String?
    /// The customer's own id; `nil`: not known.
    public var customID: String?
    /// The authority's realm; `nil`: not known.
    public var realm: String?
    /// The customer's authID; `nil`: none.
    public var authID: String?
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?

    /// The request.
    public init(
        token: Secret, expiresAt: Timestamp, origin: TokenOrigin, uuid: CustomerUUID, clientID: String? = nil,
        customID: String? = nil, realm: String? = nil, authID: String? = nil, ifGeneration: Int64? = nil
    ) {
        (self.token, self.expiresAt, self.origin, self.uuid) = (token, expiresAt, origin, uuid)
        (self.clientID, self.customID, self.realm, self.authID) = (clientID, customID, realm, authID)
        self.ifGeneration = ifGeneration
    }

    /// Reads the parameters.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        token = try parameters.requiredSecret("token", .bearerToken)
        expiresAt = try parameters.requiredTimestamp("expiresAt")
        origin = TokenOrigin(wire: try parameters.requiredText("origin", .identifier))
        guard origin != .anonymous, origin != .simpleAuth else {
            throw .invalidParameter("origin", "must be that of a customer who is signed in")
        }
        uuid = try parameters.required("uuid", try parameters.uuid("uuid"))
        clientID = try parameters.text("clientID", .identifier)
        customID = try parameters.text("customID", .identifier)
        realm = try parameters.text("realm", .identifier)
        authID = try parameters.text("authID", .identifier)
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes the parameters.
    public func write(to writer: inout JSONWriter) {
        writer.member("token", token.reveal())
        writer.member("expiresAt", expiresAt.description)
        writer.member("origin", origin.rawValue)
        writer.member("uuid", uuid.description)
        writer.member("clientID", clientID)
        writer.member("customID", customID)
        writer.member("realm", realm)
        writer.member("authID", authID)
        writer.member("ifGeneration", ifGeneration)
    }
}

/// Recognises a customer without a password: Simple Authentication.
///
/// ```json
/// {"email":"customer@example.com","authID":"customer@example.com"}
/// ```
public struct SimpleAuthenticate: SessionMutation {
    /// What is answered.
    public typealias Response = AuthenticationAnswer
    /// `session.simpleAuthenticate`.
    public static let method = Method.simpleAuthenticate
    /// What it may be called with.
    public static let parameterNames = AccountName.parameterNames + ["uuid", "authID", "profile", "ifGeneration"]
    /// Who is recognised.
    public var account: AccountName
    /// The UUID to use; `nil`: the one that the authID leads to.
    public var uuid: CustomerUUID?
    /// The customer's authID.
    public var authID: String
    /// Profile data, an object handed on to the authority; `nil`: none.
    public var profile: JSONValue?
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?

    /// The request.
    public init(
        account: AccountName, uuid: CustomerUUID? = nil, authID: String, profile: JSONValue? = nil,
        ifGeneration: Int64? = nil
    ) {
        (self.account, self.uuid, self.authID, self.profile) = (account, uuid, authID, profile)
        self.ifGeneration = ifGeneration
    }

    /// Reads the parameters.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        account = try AccountName(from: &parameters)
        uuid = try parameters.uuid("uuid")
        authID = try parameters.requiredText("authID", .identifier)
        profile = try parameters.object("profile", maximumBytes: WireLimits.profileBytes)
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes the parameters.
    public func write(to writer: inout JSONWriter) {
        account.write(to: &writer)
        writer.member("uuid", uuid?.description)
        writer.member("authID", authID)
        writer.member("profile", profile)
        writer.member("ifGeneration", ifGeneration)
    }
}
