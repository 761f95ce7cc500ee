// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine

/// The operations that change the customer.
enum Operation: String, CaseIterable, Sendable {
    case regenerate, regenerateWithIdentifier, destroy
    case signIn, provider, token, simple
    case signOut, signOutByAdministrator, signOutWithDestroy
    case setLabel, clearLabels

    static let authentications: [Operation] = [.signIn, .provider, .token, .simple]

    var call: SessionCall {
        switch self {
        case .regenerate: .regenerate(RegenerateUUID())
        case .regenerateWithIdentifier: .regenerate(RegenerateUUID(clientIdentifier: " Dora@X"))
        case .destroy: .destroy(Destroy())
        case .signIn: .authenticate(.passwordOf("bob@example.com"))
        case .provider: .authenticate(.google())
        case .token: .authenticate(.tokenOf())
        case .simple: .authenticate(.simpleFor("carol", authID: "carol"))
        case .signOut: .signOut(SignOut(), byAdministrator: false)
        case .signOutByAdministrator: .signOut(SignOut(), byAdministrator: true)
        case .signOutWithDestroy: .signOut(SignOut(mode: .destroy), byAdministrator: false)
        case .setLabel: .setIdentity(SetIdentity(customEmail: .set(" new@example.com ")))
        case .clearLabels: .setIdentity(SetIdentity(customEmail: .clear, customIdentifier: .clear))
        }
    }

    /// The same, meant for one generation only.
    func call(ifGeneration generation: Int64) -> SessionCall {
        switch self {
        case .regenerate, .regenerateWithIdentifier: .regenerate(RegenerateUUID(ifGeneration: generation))
        case .destroy: .destroy(Destroy(ifGeneration: generation))
        case .signIn: .authenticate(.passwordOf("bob@example.com", ifGeneration: generation))
        case .provider:
            .authenticate(
                .provider(Authenticate(provider: .oauth, providerToken: Secret("t"), ifGeneration: generation)))
        case .token:
            .authenticate(
                .token(
                    AuthenticateWithToken(
                        token: Secret("t"), expiresAt: Timestamp(secondsSince1970: 0), origin: .oauth,
                        uuid: AuthenticationAttempt.Credentials.givenUUID, ifGeneration: generation)))
        case .simple:
            .authenticate(.simple(SimpleAuthenticate(account: .email("c@d"), authID: "c", ifGeneration: generation)))
        case .signOut, .signOutByAdministrator, .signOutWithDestroy:
            .signOut(SignOut(ifGeneration: generation), byAdministrator: false)
        case .setLabel, .clearLabels: .setIdentity(SetIdentity(customEmail: .clear, ifGeneration: generation))
        }
    }
}

/// What an operation leads to in a state: a row of the table.
struct Outcome: Equatable, Sendable {
    enum Identity: Equatable, Sendable {
        case kept, another, derived, given
    }

    var error: ErrorName?
    var generations: Int64 = 1
    var identity: Identity? = .kept
    var anonymous: TokenOrigin?
    var client: TokenOrigin?
    var hasLogin = false
    var label: String? = "label@example.com"
    var changes: [SessionChange] = []
    var durability = Durability.required

    static func refused(_ error: ErrorName, anonymous: TokenOrigin?, client: TokenOrigin?) -> Outcome {
        Outcome(
            error: error, generations: 0, anonymous: anonymous, client: client, hasLogin: client != nil,
            durability: .nothing)
    }

    /// The customer is replaced: nothing is left.
    static func replaced(
        _ identity: Identity, _ changes: [SessionChange], _ durability: Durability
    ) -> Outcome {
        Outcome(identity: identity, label: nil, changes: changes, durability: durability)
    }

    /// The customer is replaced by one who is authenticated.
    static func admitted(
        _ identity: Identity, _ origin: TokenOrigin, login: Bool = false, anonymous: TokenOrigin? = nil
    ) -> Outcome {
        let isSimple = origin == .simpleAuth
        let isKept = identity == .kept
        return Outcome(
            identity: identity, anonymous: isSimple ? origin : anonymous, client: isSimple ? nil : origin,
            hasLogin: login, label: isKept ? "label@example.com" : nil,
            changes: (isKept ? [] : [.uuidChanged(.authentication), .identityChanged]) + [.signedIn(origin)])
    }
}
