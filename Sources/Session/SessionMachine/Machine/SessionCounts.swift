// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// What the session's owner has done since it began, in numbers.
package struct SessionCounts: Sendable, Equatable {
    /// What came of asking the authority for an anonymous token.
    package var logins = AuthorityOutcomes()
    /// What came of asking it for a new token in place of one.
    package var refreshes = AuthorityOutcomes()
    /// What became of the sign-outs that it was to be told of.
    package var signOuts: [SignOutFate: Int] = [:]
    /// How often the session could not be stored.
    package var storeErrors = 0
    /// How the sign-ins at the authority ended, by outcome.
    package var signIns: [SignInOutcome: Int] = [:]
    /// How often the authority was asked what had become of one.
    package var polls = 0

    /// Nothing yet.
    package init() {}

    /// Counts what is to be done.
    package mutating func note(_ effect: SessionEffect) {
        switch effect {
        case .noteSignOut(let fate): signOuts[fate, default: 0] += 1
        case .announce(.signInEnded(attempt: _, let outcome, because: _, saying: _)): signIns[outcome, default: 0] += 1
        case .startSignInStep(let step): if case .poll = step.kind { polls += 1 }
        default: break
        }
    }
}

/// How often an authority answered what.
package struct AuthorityOutcomes: Sendable, Equatable {
    /// What was asked for.
    package private(set) var ok = 0
    /// No.
    package private(set) var rejected = 0
    /// Nothing, or nothing of its own.
    package private(set) var unavailable = 0
    /// That it does not do that.
    package private(set) var unsupported = 0
    /// That the device's client is not one of its own, or may not do that.
    package private(set) var misconfigured = 0

    package mutating func note(_ failure: AuthorityFailure?) {
        switch failure?.meaning {
        case nil: ok += 1
        case .rejected: rejected += 1
        case .unavailable: unavailable += 1
        case .unsupported: unsupported += 1
        case .misconfigured: misconfigured += 1
        }
    }
}
