// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

/// The methods by the names of the SDK. Each waits and throws as ``SessionClient/call(_:deadline:)`` does.
extension SessionClient {
    /// The customer's UUID.
    public func getUUID(deadline: Duration? = nil) async throws(ClientError) -> CustomerUUID {
        try await call(GetUUID(), deadline: deadline).uuid
    }

    /// The UUID that an authentication with this authID, begun now, would commit.
    public func getUUIDForAuthentication(
        authID: String? = nil, deadline: Duration? = nil
    ) async throws(ClientError) -> CustomerUUID {
        try await call(GetUUIDForAuthentication(authID: authID), deadline: deadline).uuid
    }

    /// Who the customer is and how the session stands.
    public func status(deadline: Duration? = nil) async throws(ClientError) -> SessionStatus {
        try await call(GetStatus(), deadline: deadline)
    }

    /// The effective token, which lives for at least `minimumValidity` (whole seconds, rounded up).
    public func retrieveToken(
        minimumValidity: Duration = .zero, allowStale: Bool = false, requireSignedIn: Bool = false,
        deadline: Duration? = nil
    ) async throws(ClientError) -> TokenAnswer {
        let (seconds, attoseconds) = minimumValidity.components
        let request = RetrieveToken(
            minimumValiditySeconds: seconds + (attoseconds > 0 ? 1 : 0), allowStale: allowStale,
            requireSignedIn: requireSignedIn
        )
        return try await call(request, deadline: deadline)
    }

    /// Has the effective token refreshed now.
    public func refreshToken(deadline: Duration? = nil) async throws(ClientError) -> TokenFacts {
        try await call(RefreshToken(), deadline: deadline)
    }

    /// Begins a new anonymous customer, whose UUID is derived from the identifier where there is one.
    public func regenerateUUID(
        clientIdentifier: String? = nil, ifGeneration: Int64? = nil, deadline: Duration? = nil
    ) async throws(ClientError) -> NewCustomerAnswer {
        let request = RegenerateUUID(clientIdentifier: clientIdentifier, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// Ends the session, forgets everything about the customer and begins a new anonymous one.
    public func destroy(
        discardUnreadable: Bool = false, ifGeneration: Int64? = nil, deadline: Duration? = nil
    ) async throws(ClientError) -> NewCustomerAnswer {
        let request = Destroy(discardUnreadable: discardUnreadable, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// Signs a customer in with a password.
    public func signIn(
        _ account: AccountName, password: Secret, options: AuthenticationOptions = AuthenticationOptions(),
        ifGeneration: Int64? = nil, deadline: Duration? = nil
    ) async throws(ClientError) -> AuthenticationAnswer {
        let request = SignIn(account: account, password: password, options: options, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// Signs a customer in with the token of an identity provider.
    public func authenticate(
        provider: Authenticate.Provider, providerToken: Secret,
        options: AuthenticationOptions = AuthenticationOptions(), ifGeneration: Int64? = nil,
        deadline: Duration? = nil
    ) async throws(ClientError) -> AuthenticationAnswer {
        let request = Authenticate(
            provider: provider, providerToken: providerToken, options: options, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// Installs a client token that was obtained elsewhere.
    public func authenticateWithToken(
        _ request: AuthenticateWithToken, deadline: Duration? = nil
    ) async throws(ClientError) -> AuthenticationAnswer {
        try await call(request, deadline: deadline)
    }

    /// Recognises a customer without a password.
    public func simpleAuthenticate(
        _ account: AccountName, authID: String, uuid: CustomerUUID? = nil, profile: JSONValue? = nil,
        ifGeneration: Int64? = nil, deadline: Duration? = nil
    ) async throws(ClientError) -> AuthenticationAnswer {
        let request = SimpleAuthenticate(
            account: account, uuid: uuid, authID: authID, profile: profile, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// Begins a sign-in at the authority, or joins the one that is pending: what to show the person, or where to send their
    /// browser. ``changes()`` says when they are signed in.
    ///
    /// - Throws: by `session` with `alreadySignedIn`; `busy`: one is pending in another way; `limitExceeded`: too many came
    ///   to nothing; `unsupported`: this authority has none.
    public func beginSignIn(
        _ method: SignInMethod? = nil, redirectURI: String? = nil, replace: Bool = false, ifGeneration: Int64? = nil,
        deadline: Duration? = nil
    ) async throws(ClientError) -> SignInRequestAnswer {
        let request = BeginSignIn(method, redirectURI: redirectURI, replace: replace, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// The sign-in that is pending, to show its code on another screen; `nil`: nobody signs in.
    public func pendingSignIn(deadline: Duration? = nil) async throws(ClientError) -> SignInRequest? {
        try await call(GetPendingSignIn(), deadline: deadline).request
    }

    /// Hands back the address that the authority sent the browser to: the customer is signed in then.
    ///
    /// - Throws: by `session` with `authorityRejected`: they, or it, said no; `superseded`: the sign-in is over;
    ///   `invalidParams`: the address is not the answer to it.
    public func completeSignIn(
        attempt: String, callbackURL: Secret, ifGeneration: Int64? = nil, deadline: Duration? = nil
    ) async throws(ClientError) -> SessionStatus {
        let request = CompleteSignIn(attempt: attempt, callbackURL: callbackURL, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// Gives a pending sign-in up; whether there was one.
    public func cancelSignIn(
        attempt: String? = nil, ifGeneration: Int64? = nil, deadline: Duration? = nil
    ) async throws(ClientError) -> Bool {
        try await call(CancelSignIn(attempt: attempt, ifGeneration: ifGeneration), deadline: deadline).cancelled
    }

    /// Ends the customer's session; works without a network, and twice.
    public func signOut(
        mode: SignOut.Mode = .signOut, fromAllDevices: Bool = false, ifGeneration: Int64? = nil,
        deadline: Duration? = nil
    ) async throws(ClientError) -> SignOutAnswer {
        let request = SignOut(mode: mode, fromAllDevices: fromAllDevices, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// Sets or clears the labels; they are no authentication.
    public func setIdentity(
        customEmail: Change<String> = .keep, customIdentifier: Change<String> = .keep, ifGeneration: Int64? = nil,
        deadline: Duration? = nil
    ) async throws(ClientError) -> SessionStatus {
        let request = SetIdentity(
            customEmail: customEmail, customIdentifier: customIdentifier, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// The customer's own profile: an object, whose members are the authority's affair.
    public func profile(deadline: Duration? = nil) async throws(ClientError) -> JSONValue {
        try await call(GetProfile(), deadline: deadline).profile
    }

    /// Deletes the account of the customer who is signed in, at the authority and then here, as
    /// ``destroy(discardUnreadable:ifGeneration:deadline:)`` does.
    ///
    /// The factor is the customer's password, or with a provider that provider's token.
    public func deleteAccount(
        authFactor: Secret, provider: Authenticate.Provider? = nil, authID: String? = nil, ifGeneration: Int64? = nil,
        deadline: Duration? = nil
    ) async throws(ClientError) -> NewCustomerAnswer {
        let request = DeleteAccount(
            provider: provider, authFactor: authFactor, authID: authID, ifGeneration: ifGeneration)
        return try await call(request, deadline: deadline)
    }

    /// Has the daemon use another API key until another one is configured, which by default ends the session; for
    /// administrators.
    public func changeAPIKey(_ apiKey: Secret, deadline: Duration? = nil) async throws(ClientError) -> SessionStatus {
        try await call(ChangeAPIKey(apiKey: apiKey), deadline: deadline)
    }

    /// Counts as activity of the customer.
    public func touch(deadline: Duration? = nil) async throws(ClientError) {
        _ = try await call(Touch(), deadline: deadline)
    }

    /// Agrees on a version of the protocol; optional, and to be the first call on a connection.
    public func hello(client: String? = nil, deadline: Duration? = nil) async throws(ClientError) -> HelloAnswer {
        try await call(Hello(client: client), deadline: deadline)
    }

    /// What runs, since when, with which configuration.
    public func info(deadline: Duration? = nil) async throws(ClientError) -> InfoAnswer {
        try await call(GetInfo(), deadline: deadline)
    }

    /// Whether the daemon can do its work, and what stands in the way.
    public func health(deadline: Duration? = nil) async throws(ClientError) -> HealthAnswer {
        try await call(GetHealth(), deadline: deadline)
    }

    /// What the daemon counts and measures, in the text format of OpenMetrics; for administrators.
    public func metrics(deadline: Duration? = nil) async throws(ClientError) -> MetricsAnswer {
        try await call(GetMetrics(), deadline: deadline)
    }

    /// The protocol as an OpenRPC document, for programs that make or check clients.
    public func discover(deadline: Duration? = nil) async throws(ClientError) -> DescriptionAnswer {
        try await call(Discover(), deadline: deadline)
    }

    /// Has the daemon log from another level on, until it restarts.
    public func setLogLevel(_ level: SetLogLevel.Level, deadline: Duration? = nil) async throws(ClientError) {
        _ = try await call(SetLogLevel(level: level), deadline: deadline)
    }

    /// Has the daemon read its configuration again, or say what that would do.
    public func reload(dryRun: Bool = false, deadline: Duration? = nil) async throws(ClientError) -> ReloadAnswer {
        try await call(Reload(dryRun: dryRun), deadline: deadline)
    }
}
