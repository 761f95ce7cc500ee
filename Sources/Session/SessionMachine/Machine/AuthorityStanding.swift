// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// What kind of call to the authority something came of: what is refused in one is not taken back in another, nor is that
/// one is not answered.
package enum AuthorityCall: String, Sendable, CaseIterable {
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

    /// What it is asked for, in words.
    package var wish: String {
        switch self {
        case .login: "a token of the device's own"
        case .refresh: "a token in place of another one"
        case .authentication: "an authentication"
        case .deletion: "the deletion of an account"
        case .profile: "a profile"
        case .beginning: "a code to sign in with"
        case .redemption: "what has become of a code"
        case .identification: "whose a token is"
        case .preparation: "what it says of itself"
        case .delivery: "the end of a token"
        }
    }

    /// What hangs on it.
    package enum Weight: Sendable, Comparable {
        /// Neither tokens nor sign-ins.
        case minor
        /// Both, where it has never been answered.
        case preparing
        /// One of them.
        case major
    }

    /// What hangs on it.
    package var weight: Weight {
        switch self {
        case .deletion, .profile, .delivery: .minor
        case .preparation: .preparing
        case .login, .refresh, .authentication, .beginning, .redemption, .identification: .major
        }
    }

    /// Whether it is for tokens: all of these go to one place where the client shows who it is, if there is one (RFC 6749
    /// §3.2).
    fileprivate var isForTokens: Bool {
        switch self {
        case .login, .refresh, .redemption: true
        case .authentication, .deletion, .profile, .beginning, .identification, .preparation, .delivery: false
        }
    }

    /// Whether a customer's password, token, grant or code is shown in it: a no is an answer to that as good as any, and
    /// nothing is wrong with the authority for it.
    fileprivate var showsCustomer: Bool {
        switch self {
        case .login, .beginning, .preparation: false
        case .refresh, .authentication, .deletion, .profile, .redemption, .identification, .delivery: true
        }
    }
}

/// A kind of call that the authority does not answer.
package struct AuthorityOutage: Sendable, Equatable {
    /// Which one.
    package var call: AuthorityCall
    /// Why it was not answered when it was made last.
    package var failure: AuthorityFailure
    /// When it was made first without being answered.
    package var since: Timestamp
}

/// How the authority stands: whether it answers, and what it refuses this device.
struct AuthorityStanding: Sendable, Equatable {
    private struct Refusal: Sendable, Equatable {
        var call: AuthorityCall
        var failure: AuthorityFailure
    }

    /// When it answered last; `nil`: it has not since this process began.
    private(set) var answeredAt: Timestamp?
    // What it did not answer when it was asked for that last: at most one of each kind, the longest one first.
    private var outages: [AuthorityOutage] = []
    // What it has refused and not given since: at most one of each kind, the last one last.
    private var refusals: [Refusal] = []

    /// Whether it has answered each kind of call that was made, when it was made last.
    var isReachable: Bool { outages.isEmpty }

    /// What matters most of what it does not answer; `nil`: it answers, or was not asked.
    var outage: AuthorityOutage? {
        let weight = outages.map(\.call.weight).max()
        return outages.first { $0.call.weight == weight }
    }

    /// What matters most of what is wrong: while it does not answer what tokens and sign-ins hang on, that; then what only
    /// an administrator can put right; then what else it does not answer, and what was refused last.
    var failure: AuthorityFailure? {
        if let outage, outage.call.weight == .major { return outage.failure }
        return refusals.last { $0.failure.meaning == .misconfigured }?.failure ?? outage?.failure
            ?? refusals.last?.failure
    }

    /// Notes what came of a call.
    mutating func note(_ call: AuthorityCall, _ failure: AuthorityFailure?, at now: Timestamp) {
        switch failure?.meaning {
        case .unsupported: return
        case .unavailable: noteOutage(of: call, failure, at: now)
        case .rejected, .misconfigured, nil:
            outages.removeAll { $0.call == call }
            answeredAt = now
            noteAnswer(to: call, failure)
        }
    }

    private mutating func noteOutage(of call: AuthorityCall, _ failure: AuthorityFailure?, at now: Timestamp) {
        guard let failure else { return }
        let call = failure.isAboutItself ? .preparation : call
        if let index = outages.firstIndex(where: { $0.call == call }) {
            outages[index].failure = failure
        } else {
            outages.append(AuthorityOutage(call: call, failure: failure, since: now))
        }
    }

    private mutating func noteAnswer(to call: AuthorityCall, _ failure: AuthorityFailure?) {
        // Whatever was asked: what it says of itself could be used for it.
        if failure?.subject != .metadata { refusals.removeAll { $0.failure.subject == .metadata } }
        // Whoever is given something there is known there, and was refused for what has passed.
        if failure == nil, call.isForTokens {
            refusals.removeAll { $0.failure.subject == .client && $0.call.isForTokens }
        }
        // A customer who is refused does not say whether another one would have been given what they want, but that the
        // device's client may ask.
        let isCustomers = call.showsCustomer && failure?.meaning == .rejected && failure?.subject == .request
        let call = failure?.isAboutItself == true ? .preparation : call
        refusals.removeAll { $0.call == call && (!isCustomers || $0.failure.meaning == .misconfigured) }
        if let failure, !isCustomers { refusals.append(Refusal(call: call, failure: failure)) }
    }

    /// Forgets what it did not answer, since it has answered something, but for what an answer is still to come to.
    mutating func forgetOutages(but awaited: (AuthorityCall) -> Bool) { outages = outages.filter { awaited($0.call) } }

    /// Forgets what was refused, though not that it does not answer: somebody has put something right, here or there.
    mutating func forgetRefusals() { refusals = [] }
}
