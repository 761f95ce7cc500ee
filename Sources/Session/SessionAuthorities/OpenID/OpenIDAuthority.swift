// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import HTTPSClient
import SessionConfiguration
import SessionMachine
import SessionProtocol

/// Any OpenID provider as the issuer of tokens: OpenID Connect Core 1.0 over OAuth 2.0 (RFC 6749, RFC 9700).
struct OpenIDAuthority: Authority {
    /// How the session deals with it.
    let traits: AuthorityTraits
    let settings: OpenIDSettings
    let provider: OpenIDProvider
    let clock: any SessionClock

    /// An authority at the place that the settings name; nothing is sent before the first call.
    init(settings: OpenIDSettings, metadata: JSONValue?, clock: any SessionClock = SystemClock()) {
        (self.settings, self.clock) = (settings, clock)
        provider = OpenIDProvider(settings: settings, kept: metadata, clock: clock)
        var traits = AuthorityTraits(
            binding: Binding(kind: AuthorityKind.openID.name, origin: settings.origin), renewsExpiredTokens: false,
            provesTime: true, mayReplaceUnheard: true, isPaced: true, anonymousLoginsPerMinute: 10,
            signOuts: settings.section.revokeOnSignOut ? .areTold : .cannotBeTold, keyIsReplaceable: false,
            deletesAccounts: false, hasProfiles: true)
        traits.signInRequests = AuthorityTraits.SignInRequests(redirectURIs: settings.section.redirectURIs.map(\.text))
        traits.hasAnonymousTokens = settings.section.anonymousToken == .clientCredentials
        (traits.identifiesTokens, traits.needsPreparation) = (true, true)
        traits.checkInterval = settings.section.checkInterval
        self.traits = traits
    }

    /// Nothing: the provider publishes its keys itself.
    var publicKey: JSONValue? { nil }

    /// Nothing: the provider signs.
    var signingKey: Secret? { nil }

    /// Where the provider's calls are.
    var metadata: JSONValue? { provider.kept }

    /// Reads where the provider's calls are, and whether those are there that this configuration needs.
    func prepare() async throws(AuthorityFailure) -> Timestamp? {
        let (metadata, serverTime) = try await provider.readMetadata()
        guard var lack = metadata.overridden(by: settings.section).lack(for: settings.section) else {
            return serverTime
        }
        lack.serverTime = serverTime
        throw lack
    }

    /// Lets go of kept connections.
    func dropConnections() { provider.dropConnections() }

    /// The device's own token (RFC 6749 §4.4).
    func logInAnonymously(uuid: CustomerUUID) async throws(AuthorityFailure) -> IssuedToken {
        guard settings.section.anonymousToken == .clientCredentials else {
            throw AuthorityFailure(
                .unsupported, "nobody has a token here who is not signed in",
                hint: "set AnonymousToken=clientCredentials in [OpenID]")
        }
        let scope = settings.ownScope
        let fields = [("grant_type", "client_credentials")] + (scope.isEmpty ? [] : [("scope", scope)])
        let (json, response) = try await token(fields + settings.recipients, .ownToken)
        return try reader.own(json, response)
    }

    /// A token for the grant of the one before it. The scope is never named: one that was not granted would be refused for
    /// ever (RFC 6749 §6).
    func refresh(_ token: Token) async throws(AuthorityFailure) -> IssuedToken {
        guard let grant = token.issued.renewal.grant else { return try await logInAnonymously(uuid: token.uuid) }
        let fields = [("grant_type", "refresh_token"), ("refresh_token", grant.refreshToken.reveal())]
        let (json, response) = try await self.token(fields + settings.resources, .refresh)
        return try reader.refreshed(json, response, replacing: token.issued)
    }

    /// Takes a token that was obtained elsewhere, once the provider has said whose it is. Passwords are for the provider's
    /// own pages (RFC 9700 §2.4).
    func authenticate(_ attempt: AuthenticationAttempt) async throws(AuthorityFailure) -> AuthenticationDecision {
        guard case .token(let request) = attempt.credentials else {
            throw AuthorityFailure(
                .unsupported, "the customer signs in at the provider itself", hint: "session.beginSignIn begins that")
        }
        let now = clock.now()
        let left = request.expiresAt.secondsSince1970 - now.wall.secondsSince1970
        guard left > 0 else { throw AuthorityFailure(.rejected, "the token has expired") }
        let identity = try await customer(of: request.token)
        return .token(
            IssuedToken(
                secret: request.token, origin: .oauth, expiresAt: request.expiresAt, lifetime: .seconds(left),
                realm: request.realm, customID: identity.customID, clientID: identity.subject,
                serverTime: identity.serverTime, renewal: .none, identity: identity))
    }

    /// What the provider says of the customer.
    func profile(_ token: Token) async throws(AuthorityFailure) -> JSONValue {
        let (claims, response) = try await userinfo(token.issued.secret)
        guard let own = claims["sub"]?.string, own.utf8.elementsEqual((token.issued.clientID ?? "").utf8) else {
            throw OpenIDAnswer.malformed("the profile is somebody else's", response)
        }
        if let fault = AuthorityBounds.fault(in: claims) {
            throw OpenIDAnswer.malformed("a profile \(fault)", response)
        }
        return claims
    }

    /// Takes the grant back (RFC 7009), or the token where there is none.
    func signOut(_ entry: OutboxEntry) async throws(AuthorityFailure) -> Timestamp? {
        guard let address = try await provider.metadata().revocation else {
            throw AuthorityFailure(.unsupported, "the provider has no call for it")
        }
        let grant = entry.token.issued.renewal.grant
        let fields = [
            ("token", (grant?.refreshToken ?? entry.token.issued.secret).reveal()),
            ("token_type_hint", grant == nil ? "access_token" : "refresh_token"),
        ]
        let response = try await provider.post(address, fields)
        do throws(AuthorityFailure) {
            _ = try OpenIDAnswer.members(of: response, to: .revoke)
            return response.serverTime
        } catch {
            if (200..<300).contains(response.status) { return response.serverTime }
            // Some take nothing back for a client without a secret.
            guard error.meaning == .misconfigured || [401, 403].contains(response.status) else { throw error }
            throw AuthorityFailure(
                .unsupported, "the provider takes nothing back for this client", status: response.status,
                serverTime: response.serverTime)
        }
    }

    var reader: OpenIDToken { OpenIDToken(settings: settings, now: clock.now()) }

    /// Asks for a token; the answer's members.
    func token(
        _ fields: [(name: String, value: String)], _ call: OpenIDAnswer.Call
    ) async throws(AuthorityFailure) -> (JSONValue, HTTPResponse) {
        let response = try await askForToken(fields)
        return (try OpenIDAnswer.members(of: response, to: call), response)
    }

    /// Asks for a token; the answer as it is.
    func askForToken(_ fields: [(name: String, value: String)]) async throws(AuthorityFailure) -> HTTPResponse {
        guard let address = try await provider.metadata().token else { throw .missing("TokenEndpoint") }
        return try await provider.post(address, fields)
    }

    /// Who a token is for, as the provider says when it is asked with it.
    func customer(of token: Secret) async throws(AuthorityFailure) -> CustomerIdentity {
        let (claims, response) = try await userinfo(token)
        guard var identity = IDToken(claims: claims).customer(settings) else {
            throw OpenIDAnswer.unusable("it names nobody", response)
        }
        identity.serverTime = response.serverTime
        return identity
    }

    private func userinfo(_ token: Secret) async throws(AuthorityFailure) -> (JSONValue, HTTPResponse) {
        guard let address = try await provider.metadata().userinfo else {
            throw AuthorityFailure(
                .unsupported, "the provider has no call that says whose a token is",
                hint: "set UserinfoEndpoint= in [OpenID]")
        }
        let response = try await provider.get(address, bearer: token)
        return (try OpenIDAnswer.members(of: response, to: .userinfo), response)
    }
}

extension AuthorityFailure {
    /// The provider has not said where a call is, and the configuration does not either.
    static func missing(_ setting: String) -> AuthorityFailure {
        AuthorityFailure(
            .misconfigured, "nobody has said where the provider's call is", hint: "set \(setting)= in [OpenID]",
            about: .endpoints)
    }
}
