// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What the authority is asked for, as far as its failures go: where one kind fails, the others go on.
enum AuthorityErrand: Hashable, Sendable {
    /// A token for a slot.
    case token(Slot)
    /// Who somebody is.
    case authentication
    /// To begin a sign-in there, in one of the ways.
    case beginning(SignInMethod)
    /// What a browser's code is good for.
    case redemption
    /// To delete an account.
    case deletion
    /// A customer's profile.
    case profile
    /// What there is to know about it.
    case preparation
    /// To hear of a sign-out.
    case delivery

    /// Whether a person waits for it, who tries again by themselves.
    var isOfAPerson: Bool {
        switch self {
        case .authentication, .beginning, .redemption, .deletion: true
        case .token, .profile, .preparation, .delivery: false
        }
    }
}

extension SignInWish {
    /// What it counts as where it fails; a code, where nobody knows yet what it comes to.
    var errand: AuthorityErrand { .beginning(impliedMethod ?? .device) }
}

/// How one kind of errand is tried again after failures; nothing of it is stored.
struct BackOff: Sendable, Equatable {
    /// Attempts that failed in a row.
    var failures = 0
    /// Before this, on CLOCK_BOOTTIME, nobody asks.
    var retryAt: Duration?
    /// Before this, nobody asks for what nobody waits for.
    var backgroundRetryAt: Duration?
    /// Why.
    var failure: AuthorityFailure?

    /// The next attempt is made at an instant, if it was to come later.
    mutating func bringForward(to instant: Duration) {
        retryAt = retryAt.map { min($0, instant) }
        backgroundRetryAt = backgroundRetryAt.map { min($0, instant) }
    }
}
