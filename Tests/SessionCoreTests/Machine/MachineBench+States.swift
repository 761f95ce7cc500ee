// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionCore

/// The states of a session (docs/behaviour.md, S1).
enum StartingState: String, CaseIterable, Sendable {
    case none, anonymous, simple, signedIn, expired
}

extension MachineBench {
    static let aliceMail = "alice@example.com"

    /// A machine in a state, reached as a session reaches it, with both labels set, 20 s after its tokens were issued.
    init(in state: StartingState, traits: AuthorityTraits = MachineBench.ending) {
        self.init(traits: traits)
        switch state {
        case .none: break
        case .anonymous: becomeAnonymous()
        case .simple:
            becomeAnonymous()
            authenticate(.simpleFor("alice", authID: "alice"))
        case .signedIn:
            becomeAnonymous()
            authenticate(.passwordOf(MachineBench.aliceMail))
        case .expired:
            becomeAnonymous()
            authenticate(.passwordOf(MachineBench.aliceMail))
            move(.seconds(20))
            call(.refreshToken)
            endFlight(.client, .failure(.rejection))
        }
        call(.setIdentity(SetIdentity(customEmail: .set("label@example.com"), customIdentifier: .set("label"))))
        // Long enough for a refresh not to be answered with the last one.
        if state != .none { move(.seconds(20)) }
    }

    /// Waits for the first anonymous token.
    mutating func becomeAnonymous() {
        pass(.seconds(1))
        land()
    }
}

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
