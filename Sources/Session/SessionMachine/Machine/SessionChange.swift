// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// One transition of the session, told once.
package enum SessionChange: Sendable, Equatable {
    /// Why there is another UUID.
    package enum UUIDReason: String, Sendable {
        /// A new installation.
        case initial
        /// `session.regenerateUUID`.
        case regeneration
        /// An authentication.
        case authentication
        /// The session was destroyed.
        case destroy
    }

    /// A customer's session ended.
    case signedOut(EndReason)
    /// There is another UUID.
    case uuidChanged(UUIDReason)
    /// A label was set or cleared.
    case identityChanged
    /// A customer was authenticated.
    case signedIn(TokenOrigin)
    /// A sign-in at the authority is over, and why; what there is to say of that is for the journal.
    case signInEnded(attempt: String, SignInOutcome, because: ErrorName?, saying: String? = nil)
    /// A sign-in at the authority waits for the person.
    case signInPending(attempt: String, SignInMethod, expiresInSeconds: Int64)
    /// The effective slot has a new token.
    case tokenRefreshed
    /// The session will end by the policy, so many seconds from now.
    case expiringSoon(EndReason, atSeconds: Int64)
    /// It will not, or not so soon.
    case expiringSoonWithdrawn(EndReason)
    /// The authority can be reached again, or no longer, and why.
    case authorityState(reachable: Bool, because: AuthorityFailure? = nil)

    /// The name on the wire.
    package var kind: EventKind {
        switch self {
        case .signedOut: .signedOut
        case .uuidChanged: .uuidChanged
        case .identityChanged: .identityChanged
        case .signedIn: .signedIn
        case .signInEnded: .signInEnded
        case .signInPending: .signInPending
        case .tokenRefreshed: .tokenRefreshed
        case .expiringSoon: .expiringSoon
        case .expiringSoonWithdrawn: .expiringSoonWithdrawn
        case .authorityState: .authorityState
        }
    }

    /// The reason on the wire; `nil` where the kind says all.
    package var reason: String? {
        switch self {
        case .signedOut(let reason): reason.rawValue
        case .uuidChanged(let reason): reason.rawValue
        case .expiringSoon(let reason, _), .expiringSoonWithdrawn(let reason): reason.rawValue
        case .signInEnded(attempt: _, _, let reason, saying: _): reason?.rawValue
        default: nil
        }
    }
}

/// A transition with its place among all that were told.
package struct Announcement: Sendable, Equatable {
    /// What has changed.
    package var change: SessionChange
    /// Numbers it: never repeated, never going back, whatever happens to daemon and store.
    package var sequence: Int64
    /// The generation that followed.
    package var generation: Int64

    package init(_ change: SessionChange, sequence: Int64, generation: Int64) {
        (self.change, self.sequence, self.generation) = (change, sequence, generation)
    }
}
