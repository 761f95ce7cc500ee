// SPDX-License-Identifier: Apache-2.0

package import DeviceSession
package import SessionMachine
package import SessionProtocol
import SessiondPrimitives

/// The embedded authority: no network and no account needed; tokens are signed with a key of the device.
///
/// A token is a JSON Web Token with ES256 (RFC 7519, RFC 7518 §3.4); its header names the key by the thumbprint of
/// RFC 7638, its claims are `iss`, `sub`, `iat`, `exp`, `jti`, `origin` and, after a sign-in with one, `customID`.
package struct LocalAuthority: Authority {
    /// Those of an authority that is always there: its clock is the device's, and nobody else asks it.
    package let traits = AuthorityTraits(
        binding: Binding(kind: "local"), renewsExpiredTokens: true, provesTime: false, mayReplaceUnheard: false,
        isPaced: false, anonymousLoginsPerMinute: nil, signOuts: .needNotBeTold, keyIsReplaceable: false,
        deletesAccounts: false, hasProfiles: false)

    let key: DeviceKey
    let accounts: AccountsFile?
    let clock: any SessionClock
    private let tokenLifetime: Duration

    /// An authority with a stored key, or with a new one where there is none or it cannot be used.
    ///
    /// - Parameters:
    ///   - signingKey: What ``signingKey`` was when the authority was made for the first time.
    ///   - tokenLifetime: How long a token lives; whole seconds, at least one.
    ///   - accountsFile: The path of the accounts, `login:hash` with a hash of crypt(5) on each line; `nil`: none.
    ///   - clock: What `iat` and `exp` are taken from.
    package init(
        signingKey: Secret?, tokenLifetime: Duration, accountsFile: String?, clock: any SessionClock = SystemClock()
    ) {
        key = DeviceKey(stored: signingKey)
        accounts = accountsFile.map(AccountsFile.init(path:))
        self.clock = clock
        self.tokenLifetime = .seconds(max(1, tokenLifetime.secondsRoundedUp))
    }

    /// The key that tokens can be verified with: kty, crv, x, y, alg, use, kid.
    package var publicKey: JSONValue? { key.publicKey }

    /// The private key's raw representation in base64url.
    package var signingKey: Secret? { key.stored }

    /// Issues an anonymous token.
    package func logInAnonymously(uuid: CustomerUUID) async throws(AuthorityFailure) -> IssuedToken {
        try issue(uuid, .anonymous)
    }

    /// Issues a new token in place of one of its own, also where that has run out.
    ///
    /// - Throws: ``AuthorityFailure``: a rejection where the token is not its own, or the account it was issued for is
    ///   certainly gone; with accounts that cannot be read nothing is known.
    package func refresh(_ token: Token) async throws(AuthorityFailure) -> IssuedToken {
        let claims = try verify(token.issued.secret)
        guard claims.uuid == token.uuid else { throw .refused("it is another customer's: sub") }
        let login = claims.origin == .synerise ? try await login(of: claims.id) : nil
        return try issue(claims.uuid, claims.origin, login: login, customID: claims.customID)
    }

    func issue(
        _ uuid: CustomerUUID, _ origin: TokenOrigin, login: String? = nil, customID: String? = nil
    ) throws(AuthorityFailure) -> IssuedToken {
        let now = clock.now().wall
        let claims = LocalClaims(
            uuid: uuid, issuedAt: now,
            expiresAt: Timestamp(secondsSince1970: now.secondsSince1970 + tokenLifetime.wholeSeconds),
            id: key.makeTokenID(account: login), origin: origin, customID: customID)
        do {
            return IssuedToken(secret: try key.sign(claims), claims, lifetime: tokenLifetime)
        } catch {
            throw AuthorityFailure(.unavailable, "the token could not be signed")
        }
    }

    func verify(_ token: Secret) throws(AuthorityFailure) -> LocalClaims {
        do throws(ForeignToken) { return try key.verify(token) } catch { throw .refused(error.rawValue) }
    }

    private func login(of id: TokenID) async throws(AuthorityFailure) -> String {
        guard let accounts else { throw .noAccountsFile(.unavailable) }
        return try await accounts.login { [key] login in key.isTokenID(id, madeFor: login) }
    }
}

extension IssuedToken {
    init(secret: Secret, _ claims: LocalClaims, lifetime: Duration) {
        self.init(
            secret: secret, origin: claims.origin, createdAt: claims.issuedAt, expiresAt: claims.expiresAt,
            lifetime: lifetime, customID: claims.customID)
    }
}

extension AuthorityFailure {
    /// The rejection of a token; never with the token.
    static func refused(_ reason: String) -> AuthorityFailure {
        AuthorityFailure(.rejected, "the token was rejected: \(reason)")
    }

    /// The failure of what needs accounts where none are configured.
    static func noAccountsFile(_ meaning: Meaning) -> AuthorityFailure {
        AuthorityFailure(
            meaning, "the local authority has no accounts",
            hint: "set [Local] AccountsFile= to a file of \"login:hash\" lines, crypt(5)")
    }
}
