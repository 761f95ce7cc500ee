// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

/// The calls whose REST form no document describes. The form here is ours:
/// - sign-out: Bearer, `{apiKey, uuid, fromAllDevices?}` → 200 `{}`; the token is revoked, with `fromAllDevices` every
///   token of the account;
/// - account deletion: Bearer of a customer who signed in, `{apiKey, uuid, password}` or
///   `{apiKey, uuid, identityProvider, identityProviderToken}` → 200 `{}`; 403 for a factor that is not the account's;
/// - Simple Authentication: `{apiKey, email or customId, uuid, authId}` → token object with origin SIMPLE_AUTH.
///
/// Further members are allowed.
extension Synerise {
    mutating func signOut(_ request: Request) throws(Refusal) -> Judgement {
        var fields = try FieldReader(request)
        let (apiKey, _) = (fields.required("apiKey"), fields.requiredUUID())
        let fromAllDevices = fields.flag("fromAllDevices")
        try fields.check()
        try check(apiKey: apiKey)
        let claims = try authenticate(request, apiKey: apiKey)
        issued.revoke(id: claims.id)
        if fromAllDevices { revokeAll(of: claims) }
        return .other(.json { _ in })
    }

    mutating func deleteAccount(_ request: Request) throws(Refusal) -> Judgement {
        var fields = try FieldReader(request)
        let (apiKey, _) = (fields.required("apiKey"), fields.requiredUUID())
        let provider = fields.optional("identityProvider") ?? "SYNERISE"
        let factor = fields.required(provider == "SYNERISE" ? "password" : "identityProviderToken")
        try fields.check()
        try check(apiKey: apiKey)
        let claims = try authenticate(request, apiKey: apiKey)
        guard let login = claims.login, let account = accounts.account(login: login) else {
            throw Refusal(status: 403, message: "the token is not one of an account")
        }
        guard isFactor(factor, provider: provider, of: account) else {
            throw Refusal(status: 403, message: "the password or provider token is not the account's")
        }
        accounts.remove(login: login)
        revokeAll(of: claims)
        return .other(.json { _ in })
    }

    mutating func authenticateSimply(_ request: Request) throws(Refusal) -> Judgement {
        var fields = try FieldReader(request)
        let (apiKey, uuid) = (fields.required("apiKey"), fields.requiredUUID())
        let (email, customID) = (fields.optional("email"), fields.optional("customId"))
        _ = fields.required("authId")
        if email == nil, customID == nil { fields.refuse("email", "or customId is required") }
        try fields.check()
        try check(apiKey: apiKey)
        let draft = TokenDraft(
            uuid: uuid, origin: "SIMPLE_AUTH", apiKey: apiKey, login: email, customID: customID,
            clientID: accounts.clientID(uuid: uuid))
        return .token(try issue(draft))
    }

    private func isFactor(_ factor: String, provider: String, of account: Account) -> Bool {
        guard provider != "SYNERISE" else { return account.password == Secret(factor) }
        return (try? login(provider: provider, token: factor)) == account.login
    }

    private mutating func revokeAll(of claims: TokenClaims) {
        issued.revoke(id: claims.id)
        let all = claims.login.map { IssuedTokens.Selection(login: $0) } ?? IssuedTokens.Selection(uuid: claims.uuid)
        _ = issued.revoke(all)
    }
}
