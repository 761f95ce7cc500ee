// SPDX-License-Identifier: Apache-2.0

import DeviceSession
package import SessionMachine
import SessionProtocol

extension LocalAuthority {
    /// Decides who somebody is: by password, by a token of its own, or, with Simple Authentication, by their word.
    ///
    /// - Throws: ``AuthorityFailure``: identity providers are unsupported, and so are passwords without accounts.
    package func authenticate(_ attempt: AuthenticationAttempt) async throws(AuthorityFailure) -> AuthenticationDecision
    {
        switch attempt.credentials {
        case .password(let request): .token(try await signIn(request, attempt.uuid))
        case .provider:
            throw AuthorityFailure(
                .unsupported, "the local authority knows no identity providers",
                hint: "set [Authority] Kind=synerise to sign in with one")
        case .token(let request): .token(try accept(request))
        case .simple: .token(try issue(attempt.uuid, .simpleAuth))
        case .deletion: throw AuthorityFailure(.unsupported, "the local authority deletes no accounts")
        }
    }

    private func signIn(_ request: SignIn, _ uuid: CustomerUUID) async throws(AuthorityFailure) -> IssuedToken {
        guard let accounts else { throw .noAccountsFile(.unsupported) }
        let login = try await accounts.login(request.account.text, password: request.password)
        let customID: String? = if case .customID = request.account { login } else { nil }
        return try issue(uuid, .synerise, login: login, customID: customID)
    }

    private func accept(_ request: AuthenticateWithToken) throws(AuthorityFailure) -> IssuedToken {
        let claims = try verify(request.token)
        if let member = claims.memberThatDiffers(from: request) {
            throw .refused("it does not fit the parameter \"\(member)\"")
        }
        let left = claims.expiresAt.secondsSince1970 - clock.now().wall.secondsSince1970
        guard left > 0 else { throw .refused("it has expired: exp") }
        return IssuedToken(secret: request.token, claims, lifetime: .seconds(left))
    }
}

extension LocalClaims {
    fileprivate func memberThatDiffers(from request: AuthenticateWithToken) -> String? {
        if uuid != request.uuid { return "uuid" }
        if origin != request.origin { return "origin" }
        if expiresAt != request.expiresAt { return "expiresAt" }
        guard let given = request.customID else { return nil }
        return Identifier.isSame(customID, given) ? nil : "customID"
    }
}
