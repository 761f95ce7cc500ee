// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What kind of call to the authority something came of: what is refused in one is not taken back in another.
enum AuthorityCall: Sendable, CaseIterable {
    /// For a token of the device's own.
    case login
    /// For a token in place of another one.
    case refresh
    /// Who somebody is.
    case authentication
    /// To delete an account.
    case deletion
    /// For a customer's profile.
    case profile
    /// To begin a sign-in there.
    case beginning
    /// What has become of a code.
    case redemption
    /// Who the tokens of a sign-in are for.
    case identification
    /// What there is to know about it.
    case preparation
    /// To take back what was given.
    case delivery

    /// Whether a customer's password, token, grant or code is shown in it: a no is an answer to that as good as any, and
    /// nothing is wrong with the authority for it.
    fileprivate var showsCustomer: Bool {
        switch self {
        case .login, .beginning, .preparation: false
        case .refresh, .authentication, .deletion, .profile, .redemption, .identification, .delivery: true
        }
    }
}

/// How the authority stands: whether it answers, and what it refuses this device.
struct AuthorityStanding: Sendable, Equatable {
    private struct Refusal: Sendable, Equatable {
        var call: AuthorityCall
        var failure: AuthorityFailure
    }

    /// Why it did not answer when it was asked last; `nil`: it did, or it was not asked.
    private(set) var outage: AuthorityFailure?
    /// When it answered last; `nil`: it has not since this process began.
    private(set) var answeredAt: Timestamp?
    // What it has refused and not given since: at most one of each kind, the last one last.
    private var refusals: [Refusal] = []

    /// Whether it answered when it was asked last.
    var isReachable: Bool { outage == nil }

    /// What matters most of what is wrong: while it does not answer, that; then what only an administrator can put right,
    /// and what was refused last.
    var failure: AuthorityFailure? {
        outage ?? (refusals.last { $0.failure.meaning == .misconfigured } ?? refusals.last)?.failure
    }

    /// Notes what came of a call.
    mutating func note(_ call: AuthorityCall, _ failure: AuthorityFailure?, at now: Timestamp) {
        switch failure?.meaning {
        case .unsupported: return
        case .unavailable: outage = failure
        case .rejected, .misconfigured, nil:
            (outage, answeredAt) = (nil, now)
            noteAnswer(to: call, failure)
        }
    }

    private mutating func noteAnswer(to call: AuthorityCall, _ failure: AuthorityFailure?) {
        // Whatever was asked: what it says of itself could be used for it.
        if failure?.subject != .metadata { refusals.removeAll { $0.failure.subject == .metadata } }
        // A customer who is refused does not say whether another one would have been given what they want, but that the
        // device's client may ask.
        let isCustomers = call.showsCustomer && failure?.meaning == .rejected && failure?.subject == .request
        let call = failure?.isAboutItself == true ? .preparation : call
        refusals.removeAll { $0.call == call && (!isCustomers || $0.failure.meaning == .misconfigured) }
        if let failure, !isCustomers { refusals.append(Refusal(call: call, failure: failure)) }
    }

    /// Forgets what was refused, though not that it does not answer: somebody has put something right, here or there.
    mutating func forgetRefusals() { refusals = [] }
}
