// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// Names one call for as long as it waits.
package typealias CallID = UInt64

/// A call that the session's owner has to decide on.
package enum SessionCall: Sendable, Equatable {
    /// `session.status`, where the snapshot did not answer it.
    case status
    /// `session.retrieveToken`, where the snapshot did not answer it.
    case retrieveToken(RetrieveToken)
    /// `session.refreshToken`.
    case refreshToken
    /// `session.regenerateUUID`, and who wants it.
    case regenerate(RegenerateUUID, by: Initiator)
    /// `session.destroy`, and who wants it.
    case destroy(Destroy, by: Initiator)
    /// `session.signOut`, and who wants it; an administrator's is told apart.
    case signOut(SignOut, by: Initiator, byAdministrator: Bool)
    /// `session.setIdentity`.
    case setIdentity(SetIdentity)
    /// One of the authentications.
    case authenticate(AuthenticationAttempt.Credentials)
    /// `session.beginSignIn`, and who begins it.
    case beginSignIn(BeginSignIn, by: Initiator)
    /// `session.completeSignIn`.
    case completeSignIn(CompleteSignIn)
    /// `session.cancelSignIn`, and who gives it up.
    case cancelSignIn(CancelSignIn, by: Initiator)
    /// `session.profile`.
    case profile
    /// `authority.changeAPIKey`.
    case changeAPIKey(ChangeAPIKey)

    /// The generation that the caller means; `nil`: any.
    var ifGeneration: Int64? {
        switch self {
        case .status, .retrieveToken, .refreshToken, .profile, .changeAPIKey: nil
        case .regenerate(let request, by: _): request.ifGeneration
        case .destroy(let request, by: _): request.ifGeneration
        case .signOut(let request, by: _, _): request.ifGeneration
        case .setIdentity(let request): request.ifGeneration
        case .beginSignIn(let request, by: _): request.ifGeneration
        case .completeSignIn(let request): request.ifGeneration
        case .cancelSignIn(let request, by: _): request.ifGeneration
        case .authenticate(let credentials): credentials.ifGeneration
        }
    }
}

extension AuthenticationAttempt.Credentials {
    var ifGeneration: Int64? {
        switch self {
        case .password(let request): request.ifGeneration
        case .provider(let request): request.ifGeneration
        case .token(let request): request.ifGeneration
        case .simple(let request): request.ifGeneration
        case .deletion(let request): request.ifGeneration
        }
    }

    /// What the customer is known by.
    var authID: String? {
        switch self {
        case .password(let request): request.options.authID
        case .provider(let request): request.options.authID
        case .token(let request): request.authID
        case .simple(let request): request.authID
        case .deletion(let request): request.authID
        }
    }

    /// What the customer signs in with; a provider's customer has none that we know.
    var login: String? {
        switch self {
        case .password(let request): request.account.text
        case .token(let request): request.customID
        case .provider, .simple, .deletion: nil
        }
    }

    /// The UUID that the caller gives.
    var ownUUID: CustomerUUID? {
        switch self {
        case .token(let request): request.uuid
        case .simple(let request): request.uuid
        case .password, .provider, .deletion: nil
        }
    }

    /// Whether the authority decides on them; a token obtained elsewhere is taken as it is, where the authority does not
    /// say whose it is.
    func reachesAuthority(_ traits: AuthorityTraits) -> Bool {
        if case .token = self { traits.identifiesTokens } else { true }
    }

    /// What kind of errand they are.
    var errand: AuthorityErrand {
        if case .deletion = self { .deletion } else { .authentication }
    }

    var isConditional: Bool {
        switch self {
        case .password(let request): request.options.conditional
        case .provider(let request): request.options.conditional
        case .token, .simple, .deletion: false
        }
    }

    /// The slot that the token goes to.
    var slot: Slot {
        if case .simple = self { .anonymous } else { .client }
    }
}
