// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

extension Synerise {
    /// E2, and E3 where it is conditional.
    mutating func signIn(_ request: Request, conditional: Bool) throws(Refusal) -> Judgement {
        let request = try SignInRequest(request)
        try check(apiKey: request.apiKey)
        guard let account = try account(request, mayCreate: !conditional) else {
            return condition("REGISTRATION_REQUIRED", [])
        }
        if conditional, let option = options.conditions.first(where: { $0.login == account.login }),
            option.status != "SUCCESS"
        {
            return condition(option.status, option.conditions)
        }
        return .token(try issue(for: account, request))
    }

    private mutating func issue(for account: Account, _ request: SignInRequest) throws(Refusal) -> TokenObject {
        let uuid = request.uuid ?? account.uuid ?? SystemRandomNumberGenerator.uuid()
        accounts.setUUID(uuid, login: account.login)
        return try issue(
            TokenDraft(
                uuid: uuid, origin: request.provider, apiKey: request.apiKey, login: account.login,
                customID: account.customID, clientID: account.clientID))
    }

    private func condition(_ status: String, _ conditions: [String]) -> Judgement {
        .other(
            .json { writer in
                writer.member("status", status)
                writer.member("conditions", conditions)
            })
    }

    /// Whose credentials they are; `nil` for those of a provider's customer who has no account and gets none.
    private mutating func account(_ request: SignInRequest, mayCreate: Bool) throws(Refusal) -> Account? {
        guard request.provider == "SYNERISE" else {
            let login = try login(provider: request.provider, token: request.providerToken)
            return mayCreate ? accounts.obtain(login: login) : accounts.account(login: login)
        }
        guard let account = accounts.account(email: request.email, customID: request.customID),
            account.password == Secret(request.password)
        else { throw .unauthorized("no account has these credentials") }
        return account
    }

    /// Whose a provider token is.
    ///
    /// - Throws: 401 for one that is not configured.
    func login(provider: String, token: String) throws(Refusal) -> String {
        let known = options.providerTokens.first { $0.provider == provider && $0.token == Secret(token) }
        guard let known else { throw .unauthorized("the provider token is not valid") }
        return known.login
    }
}
