// SPDX-License-Identifier: Apache-2.0

import DeviceSession
package import SessionMachine
import SessionProtocol

extension SyneriseAuthority {
    /// E2, or E3 for the conditional form; Simple Authentication at the configured path. A token obtained elsewhere is
    /// taken as it is: no call is documented that would verify it, and the first refresh tells.
    package func authenticate(
        _ attempt: AuthenticationAttempt
    ) async throws(AuthorityFailure) -> AuthenticationDecision {
        switch attempt.credentials {
        case .password(let request):
            return try await signIn(attempt, request.options, origin: .synerise) { body in
                body.member("identityProvider", "SYNERISE")
                request.account.write(asSynerise: &body)
                body.member("password", request.password.reveal())
            }
        case .provider(let request):
            let origin = TokenOrigin(wire: request.provider.rawValue)
            return try await signIn(attempt, request.options, origin: origin) { body in
                body.member("identityProvider", request.provider.rawValue)
                body.member("identityProviderToken", request.providerToken.reveal())
            }
        case .token(let request): return .token(try adopt(request))
        case .simple(let request): return .token(try await authenticate(attempt, request))
        case .deletion: throw AuthorityFailure(.unsupported, "this is no authentication")
        }
    }

    private func signIn(
        _ attempt: AuthenticationAttempt, _ options: AuthenticationOptions, origin: TokenOrigin,
        _ write: (inout JSONWriter) -> Void
    ) async throws(AuthorityFailure) -> AuthenticationDecision {
        let (body, response) = try await post(options.conditional ? .conditionalSignIn : .signIn) { body in
            write(&body)
            body.member("uuid", attempt.uuid.description)
            body.member("deviceId", settings.deviceID)
            body.member("agreements", options.agreements)
            body.member("attributes", options.attributes)
        }
        if options.conditional, body?["token"] == nil, let status = body?["status"]?.string {
            let condition = AuthenticationCondition(rawValue: status)
            guard condition != .success else {
                throw SyneriseAnswer.malformed("success without a token", response)
            }
            let conditions = body?["conditions"]
            let fault =
                AuthorityBounds.fault(inCondition: status)
                ?? conditions.flatMap { AuthorityBounds.fault(in: $0, bytes: AuthorityBounds.conditionsBytes) }
            if let fault { throw SyneriseAnswer.malformed("a condition: \(fault)", response) }
            return .condition(condition, conditions: conditions)
        }
        return .token(try SyneriseToken.read(body, response, origin: origin, at: clock.now()))
    }

    private func authenticate(
        _ attempt: AuthenticationAttempt, _ request: SimpleAuthenticate
    ) async throws(AuthorityFailure) -> IssuedToken {
        guard let path = settings.simpleAuthenticationPath else {
            throw AuthorityFailure(
                .unsupported, "there is no Simple Authentication here",
                hint: "set SimpleAuthenticationPath= in [Synerise]")
        }
        let (body, response) = try await post(.simpleAuthentication(path: path)) { body in
            request.account.write(asSynerise: &body)
            body.member("uuid", attempt.uuid.description)
            body.member("authId", request.authID)
            body.member("deviceId", settings.deviceID)
            body.member("profile", request.profile)
        }
        var token = try SyneriseToken.read(body, response, origin: .simpleAuth, at: clock.now())
        // Whatever the authority calls it: what lies in the anonymous slot and is not anonymous is this.
        token.origin = .simpleAuth
        return token
    }

    private func adopt(_ request: AuthenticateWithToken) throws(AuthorityFailure) -> IssuedToken {
        let left = request.expiresAt.secondsSince1970 - clock.now().wall.secondsSince1970
        guard left > 0 else { throw AuthorityFailure(.rejected, "the token has expired") }
        return IssuedToken(
            secret: request.token, origin: request.origin, expiresAt: request.expiresAt, lifetime: .seconds(left),
            realm: request.realm, customID: request.customID, clientID: request.clientID)
    }
}

extension AccountName {
    fileprivate func write(asSynerise body: inout JSONWriter) {
        switch self {
        case .email(let text): body.member("email", text)
        case .customID(let text): body.member("customId", text)
        }
    }
}
