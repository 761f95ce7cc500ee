// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

/// The authorization code grant with PKCE.
extension OpenIDProvider {
    /// What an app asks a browser to open, RFC 6749 §4.1.1: a page; and what the person answers there.
    mutating func authorization(_ form: Form) -> Answer {
        do {
            try checkClient(form)
        } catch {
            return Page.failure(error.description)
        }
        guard let decision = form["decision"] else { return Page.authorization(form, accounts.map(\.login)) }
        guard let url = response(form, login: decision == "approve" ? form["account"] : nil) else {
            return Page.failure("there is no such account")
        }
        return Answer(status: 302, headers: ["Location": url])
    }

    /// The address that the browser is sent to; `nil`: there is no such account.
    ///
    /// - Parameter login: Who approves; `nil`: the person has denied.
    mutating func response(_ form: Form, login: String?) -> String? {
        if let login, account(login) == nil { return nil }
        var parameters: [(name: String, value: String)] = []
        do throws(OAuthError) {
            try check(form)
            guard let login else { throw OAuthError("access_denied", "the person has denied") }
            parameters.append(("code", addCode(form, login: login)))
        } catch {
            parameters += [("error", error.error), ("error_description", error.description)]
        }
        if let state = form["state"] { parameters.append(("state", state)) }
        if behaviour.namesIssuer { parameters.append(("iss", issuer)) }
        let address = form["redirect_uri"] ?? ""
        return "\(address)\(address.contains("?") ? "&" : "?")\(Form.encoded(parameters))"
    }

    /// What has to be right before a browser is sent anywhere.
    func checkClient(_ form: Form) throws(OAuthError) {
        try form.check()
        let (id, address) = (try form.required("client_id"), try form.required("redirect_uri"))
        guard clients.contains(where: { $0.id == id }) else { throw .invalidRequest("there is no such client") }
        guard redirectURIs.contains(address) else { throw .invalidRequest("redirect_uri is not one of the client's") }
    }

    private func check(_ form: Form) throws(OAuthError) {
        guard try form.required("response_type") == "code" else {
            throw OAuthError("unsupported_response_type", "only code is served")
        }
        guard try form.required("code_challenge_method") == "S256" else {
            throw .invalidRequest("code_challenge_method has to be S256")
        }
        _ = try form.required("code_challenge")
    }

    private mutating func addCode(_ form: Form, login: String) -> String {
        let code = AuthorizationCode(
            code: Random.token(), clientID: form["client_id"] ?? "", redirectURI: form["redirect_uri"] ?? "",
            scope: form["scope"] ?? "", nonce: form["nonce"], challenge: form["code_challenge"] ?? "", login: login,
            endSeconds: clock.nowSeconds + 60)
        state.codes.append(code)
        return code.code
    }

    /// RFC 6749 §4.1.3.
    mutating func redeemCode(_ form: Form, _ client: ClientOption) throws(OAuthError) -> Answer {
        let text = try form.required("code")
        guard let index = state.codes.firstIndex(where: { $0.code == text && $0.clientID == client.id }) else {
            throw .invalidGrant("there is no such code")
        }
        let code = state.codes[index]
        if let used = code.grantID {
            // Somebody else has it, too: RFC 6749 §4.1.2.
            _ = revokeGrants { $0.id == used }
            throw .invalidGrant("the code was used")
        }
        guard code.endSeconds > clock.nowSeconds else { throw .invalidGrant("the code has expired") }
        guard form["redirect_uri"] == code.redirectURI else { throw .invalidGrant("redirect_uri is another one") }
        try OpenIDProvider.check(form["code_verifier"], of: code.challenge)
        let grant = addGrant(login: code.login, client, scope: code.scope, nonce: code.nonce)
        state.codes[index].grantID = grant
        return try tokens(grant, withIDToken: true)
    }
}
