// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

extension OpenIDProvider {
    /// A new grant; its id.
    mutating func addGrant(login: String, _ client: ClientOption, scope: String, nonce: String?) -> String {
        let hasRefreshToken =
            switch behaviour.refreshTokensFor {
            case .always: true
            case .never: false
            case .offline: scope.split(separator: " ").contains("offline_access")
            }
        let grant = Grant(
            id: Random.token(), clientID: client.id, login: login, scope: scope, nonce: nonce,
            authenticatedSeconds: clock.nowSeconds, refreshToken: hasRefreshToken ? Random.token() : nil,
            endSeconds: refreshEnd)
        state.grants.append(grant)
        return grant.id
    }

    private var refreshEnd: Int64 {
        behaviour.refreshTokenSeconds == 0 ? 0 : clock.nowSeconds + behaviour.refreshTokenSeconds
    }

    /// RFC 6749 §6.
    mutating func refresh(_ form: Form, _ client: ClientOption) throws(OAuthError) -> Answer {
        let token = try form.required("refresh_token")
        let found = state.grants.firstIndex { $0.refreshToken == token || $0.replaced[token] != nil }
        guard let index = found, state.grants[index].clientID == client.id else {
            throw .invalidGrant("there is no such refresh token")
        }
        let grant = state.grants[index]
        guard !grant.isRevoked else { throw .invalidGrant("the grant was revoked") }
        if let replaced = grant.replaced[token] { try checkReuse(grant, replacedMilliseconds: replaced) }
        guard grant.endSeconds == 0 || grant.endSeconds > clock.nowSeconds else {
            throw .invalidGrant("the refresh token has expired")
        }
        let (asked, granted) = (
            Set((form["scope"] ?? "").split(separator: " ")), Set(grant.scope.split(separator: " "))
        )
        guard asked.isSubset(of: granted) else { throw OAuthError("invalid_scope", "that was not granted") }
        if behaviour.rotates, behaviour.refreshAnswersToken, grant.refreshToken == token {
            state.grants[index].replaced[token] = clock.nowMilliseconds
            state.grants[index].refreshToken = Random.token()
        }
        state.grants[index].endSeconds = refreshEnd
        return try tokens(
            grant.id, withIDToken: behaviour.refreshIDToken, withRefreshToken: behaviour.refreshAnswersToken)
    }

    private mutating func checkReuse(_ grant: Grant, replacedMilliseconds: Int64) throws(OAuthError) {
        guard clock.nowMilliseconds - replacedMilliseconds >= behaviour.graceSeconds * 1000 else { return }
        if behaviour.reuseEndsGrant { _ = revokeGrants { $0.id == grant.id } }
        throw .invalidGrant("the refresh token was used before")
    }

    /// RFC 6749 §4.4.
    mutating func ownToken(_ form: Form, _ client: ClientOption) throws(OAuthError) -> Answer {
        guard client.secret != nil else {
            throw OAuthError("unauthorized_client", "a client without a secret has no token of its own")
        }
        let scope = form["scope"] ?? ""
        let token = try addAccessToken(client.id, sub: client.id, grantID: nil, scope: scope)
        return .json { write(token, &$0) }
    }

    /// The answer of a grant, RFC 6749 §5.1.
    mutating func tokens(
        _ grantID: String, withIDToken: Bool, withRefreshToken: Bool = true
    ) throws(OAuthError) -> Answer {
        guard let grant = state.grants.first(where: { $0.id == grantID }), let account = account(grant.login) else {
            throw .invalidGrant("the account is gone")
        }
        let token = try addAccessToken(grant.clientID, sub: account.sub, grantID: grantID, scope: grant.scope)
        let isOpenID = grant.scope.split(separator: " ").contains("openid")
        let idToken = withIDToken && isOpenID ? try sign(idToken(grant, account)) : nil
        var answer = Answer.json { writer in
            write(token, &writer)
            if withRefreshToken { writer.member("refresh_token", grant.refreshToken) }
            if behaviour.statesRefreshEnd { writer.member("refresh_expires_in", behaviour.refreshTokenSeconds) }
            writer.member("id_token", idToken)
        }
        answer.notes = [JSONMember("account", .string(grant.login))]
        return answer
    }

    private func write(_ token: AccessToken, _ writer: inout JSONWriter) {
        writer.member("access_token", token.token)
        writer.member("token_type", "Bearer")
        writer.member("expires_in", token.endSeconds - clock.nowSeconds)
        writer.member("scope", token.scope)
    }

    private mutating func addAccessToken(
        _ clientID: String, sub: String, grantID: String?, scope: String
    ) throws(OAuthError) -> AccessToken {
        let end = clock.nowSeconds + behaviour.accessTokenSeconds
        var text = Random.token()
        if behaviour.accessTokenForm == .jwt {
            let claims =
                claims(sub, audience: "api", endSeconds: end) + [
                    JSONMember("client_id", .string(clientID)), JSONMember("scope", .string(scope)),
                    JSONMember("jti", .string(text)),
                ]
            text = try sign(claims)
        }
        let token = AccessToken(token: text, clientID: clientID, grantID: grantID, scope: scope, endSeconds: end)
        state.accessTokens.append(token)
        return token
    }

    /// OpenID Connect Core 1.0 §2.
    private func idToken(_ grant: Grant, _ account: AccountOption) -> [JSONMember] {
        let end = clock.nowSeconds + behaviour.accessTokenSeconds
        var claims = claims(account.sub, audience: grant.clientID, endSeconds: end)
        claims.append(JSONMember("azp", .string(grant.clientID)))
        claims.append(JSONMember("auth_time", .number(JSONNumber(grant.authenticatedSeconds))))
        if let nonce = grant.nonce { claims.append(JSONMember("nonce", .string(nonce))) }
        return claims + account.profile
    }

    private func claims(_ sub: String, audience: String, endSeconds: Int64) -> [JSONMember] {
        [
            JSONMember("iss", .string(issuer)), JSONMember("sub", .string(sub)), JSONMember("aud", .string(audience)),
            JSONMember("iat", .number(JSONNumber(clock.nowSeconds))),
            JSONMember("exp", .number(JSONNumber(endSeconds))),
        ]
    }

    private func sign(_ claims: [JSONMember]) throws(OAuthError) -> String {
        var writer = JSONWriter()
        writer.value(.object(claims))
        guard let token = try? key.token(claims: writer.bytes) else {
            throw OAuthError("server_error", "cannot sign the token", status: 500)
        }
        return token
    }

    /// OpenID Connect Core 1.0 §5.3.
    func userinfo(_ request: Request) throws(OAuthError) -> Answer {
        guard let text = request.bearer else {
            throw OAuthError("invalid_request", "there is no token", status: 401, challenge: "Bearer")
        }
        guard let token = state.accessTokens.first(where: { $0.token == text }), !token.isRevoked else {
            throw .invalidToken("the token is unknown or revoked")
        }
        guard token.endSeconds > clock.nowSeconds else { throw .invalidToken("the token has expired") }
        let grant = state.grants.first { $0.id == token.grantID }
        guard let account = grant.flatMap({ account($0.login) }) else { throw .invalidToken("the token is nobody's") }
        var answer = Answer.json { writer in
            writer.member("sub", account.sub)
            for member in account.profile { writer.member(member.name, member.value) }
        }
        answer.notes = [JSONMember("account", .string(account.login))]
        return answer
    }

    /// RFC 7009 §2: a token that is not the client's own is none.
    mutating func revoke(_ form: Form, _ client: ClientOption) throws(OAuthError) -> Answer {
        guard client.secret != nil || behaviour.publicMayRevoke else {
            throw OAuthError("invalid_client", "a client without a secret may not revoke", status: 401)
        }
        let token = try form.required("token")
        _ = revokeGrants { $0.clientID == client.id && ($0.refreshToken == token || $0.replaced[token] != nil) }
        for index in state.accessTokens.indices
        where state.accessTokens[index].token == token && state.accessTokens[index].clientID == client.id {
            state.accessTokens[index].isRevoked = true
        }
        return Answer()
    }

    /// Ends grants, and the access tokens that came of them; how many there were.
    mutating func revokeGrants(where isMeant: (Grant) -> Bool) -> Int {
        let ended = state.grants.indices.filter { !state.grants[$0].isRevoked && isMeant(state.grants[$0]) }
        for index in ended { state.grants[index].isRevoked = true }
        let ids = Set(ended.map { state.grants[$0].id })
        for index in state.accessTokens.indices {
            if let id = state.accessTokens[index].grantID, ids.contains(id) {
                state.accessTokens[index].isRevoked = true
            }
        }
        return ended.count
    }
}
