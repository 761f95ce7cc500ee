// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine

extension AuthenticationAttempt.Credentials {
    static let givenUUID = CustomerUUID(bytes: [9, 9, 9], version: 4)

    static func passwordOf(
        _ email: String, authID: String? = nil, conditional: Bool = false, ifGeneration: Int64? = nil
    ) -> Self {
        let options = AuthenticationOptions(authID: authID, conditional: conditional)
        return .password(
            SignIn(account: .email(email), password: Secret("p"), options: options, ifGeneration: ifGeneration))
    }

    static func google(authID: String? = nil, conditional: Bool = false) -> Self {
        let options = AuthenticationOptions(authID: authID, conditional: conditional)
        return .provider(Authenticate(provider: .google, providerToken: Secret("t"), options: options))
    }

    static func tokenOf(_ uuid: CustomerUUID = givenUUID, customID: String? = nil, authID: String? = nil) -> Self {
        .token(
            AuthenticateWithToken(
                token: Secret("t"), expiresAt: Timestamp(secondsSince1970: 1_795_420_000), origin: .oauth, uuid: uuid,
                customID: customID, authID: authID))
    }

    static func simpleFor(_ customID: String, uuid: CustomerUUID? = nil, authID: String) -> Self {
        .simple(SimpleAuthenticate(account: .customID(customID), uuid: uuid, authID: authID))
    }
}
