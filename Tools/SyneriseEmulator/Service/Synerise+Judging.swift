// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator

extension Synerise {
    /// Carries a request out.
    ///
    /// - Throws: What it is refused with; then nothing has changed.
    mutating func judge(_ request: Request, at endpoint: Endpoint?) throws(Refusal) -> Judgement {
        guard let endpoint else { throw Refusal(status: 404, message: "nothing is served here") }
        guard routes.allows(request.method, at: request.path) else {
            throw Refusal(status: 405, message: "\(request.method) is not served here")
        }
        return switch endpoint {
        case .anonymous: try logInAnonymously(request)
        case .signIn: try signIn(request, conditional: false)
        case .conditional: try signIn(request, conditional: true)
        case .refresh: try refresh(request)
        case .profile: try profile(request)
        case .publicKey: publicKey()
        case .signOut: try signOut(request)
        case .deleteAccount: try deleteAccount(request)
        case .simpleAuthentication: try authenticateSimply(request)
        }
    }

    /// - Throws: 401 for a key that is not configured.
    func check(apiKey: String) throws(Refusal) {
        guard options.apiKeys.isEmpty || options.apiKeys.contains(apiKey) else {
            throw .unauthorized("the API key is not valid")
        }
    }

    /// The token that a request carries.
    ///
    /// - Parameter apiKey: The key of the request; a token counts with the one that it was obtained with. `nil`: any.
    /// - Throws: 401 where there is none that counts now.
    func authenticate(_ request: Request, apiKey: String? = nil) throws(Refusal) -> TokenClaims {
        guard let text = request.bearer else { throw .unauthorized("a Bearer token is required") }
        guard let claims = key.claims(of: text) else { throw .unauthorized("the token is not valid") }
        guard !issued.isRevoked(claims) else { throw .unauthorized("the token was revoked") }
        guard claims.expirationSeconds > clock.nowSeconds else { throw .unauthorized("the token has expired") }
        if let apiKey, SHA256Hex.of(apiKey) != claims.apiKeyHash {
            throw .unauthorized("the token was obtained with another API key")
        }
        return claims
    }

    /// E1.
    private mutating func logInAnonymously(_ request: Request) throws(Refusal) -> Judgement {
        var fields = try FieldReader(request)
        let apiKey = fields.required("apiKey")
        let uuid = fields.requiredUUID()
        _ = fields.optional("deviceId")
        fields.only(["apiKey", "uuid", "deviceId"])
        try fields.check()
        try check(apiKey: apiKey)
        let draft = TokenDraft(
            uuid: uuid, origin: "ANONYMOUS", apiKey: apiKey, clientID: accounts.clientID(uuid: uuid))
        return .token(try issue(draft))
    }

    /// E5.
    private mutating func refresh(_ request: Request) throws(Refusal) -> Judgement {
        var fields = try FieldReader(request)
        let apiKey = fields.required("apiKey")
        fields.only(["apiKey"])
        try fields.check()
        try check(apiKey: apiKey)
        let old = try authenticate(request, apiKey: apiKey)
        let draft = TokenDraft(
            uuid: old.uuid, origin: old.origin, apiKey: apiKey, login: old.login, customID: old.customID,
            clientID: old.clientID)
        let object = try issue(draft)
        if options.rotates { issued.revoke(id: old.id) }
        return .token(object)
    }

    /// E9.
    private func publicKey() -> Judgement {
        .other(Answer(headers: ["Content-Type": "application/x-pem-file"], body: Array(key.publicPEM.utf8)))
    }
}
