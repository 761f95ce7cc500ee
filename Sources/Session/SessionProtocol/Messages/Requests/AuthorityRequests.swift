// SPDX-License-Identifier: Apache-2.0

/// Asks for the customer's own profile, as the authority gives it; no parameters.
public struct GetProfile: ParameterlessRequest {
    /// What is answered.
    public typealias Response = ProfileAnswer
    /// `session.profile`.
    public static let method = Method.profile
    /// The request.
    public init() {}
}

/// Deletes the account of the customer who is signed in, at the authority and then here, as ``Destroy`` does.
///
/// ```json
/// {"authFactor":"…"}
/// ```
public struct DeleteAccount: SessionMutation {
    /// What is answered.
    public typealias Response = NewCustomerAnswer
    /// `session.deleteAccount`.
    public static let method = Method.deleteAccount
    /// What it may be called with.
    public static let parameterNames = ["provider", "authFactor", "authID", "ifGeneration"]
    /// Whose token the factor is; `nil`: it is the password.
    public var provider: Authenticate.Provider?
    /// The password, or a provider's token.
    public var authFactor: Secret
    /// The customer's authID; `nil`: none.
    public var authID: String?
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?

    /// The request.
    public init(
        provider: Authenticate.Provider? = nil, authFactor: Secret, authID: String? = nil, ifGeneration: Int64? = nil
    ) {
        (self.provider, self.authFactor) = (provider, authFactor)
        (self.authID, self.ifGeneration) = (authID, ifGeneration)
    }

    /// Reads the parameters.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        provider = try parameters.word("provider", Authenticate.Provider.self)
        authFactor = try parameters.requiredSecret("authFactor", provider == nil ? .password : .token)
        authID = try parameters.text("authID", .identifier)
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes the parameters.
    public func write(to writer: inout JSONWriter) {
        writer.member("provider", provider?.rawValue)
        writer.member("authFactor", authFactor.reveal())
        writer.member("authID", authID)
        writer.member("ifGeneration", ifGeneration)
    }
}

/// Changes the authority's API key; it holds until another one is configured.
///
/// ```json
/// {"apiKey":"…"}
/// ```
public struct ChangeAPIKey: SessionRequest {
    /// What is answered.
    public typealias Response = SessionStatus
    /// `authority.changeAPIKey`.
    public static let method = Method.changeAPIKey
    /// What it may be called with.
    public static let parameterNames = ["apiKey"]
    /// The key.
    public var apiKey: Secret

    /// The request.
    public init(apiKey: Secret) { self.apiKey = apiKey }

    /// Reads `apiKey`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        apiKey = try parameters.requiredSecret("apiKey", .apiKey)
    }

    /// Writes `apiKey`.
    public func write(to writer: inout JSONWriter) { writer.member("apiKey", apiKey.reveal()) }
}
