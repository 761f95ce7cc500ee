// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What the session must know about an authority: facts, so that nothing in the session asks of which kind it is.
///
/// The defaults are those of an authority elsewhere of which nothing else is known (docs/authorities.md, Traits).
package struct AuthorityTraits: Sendable, Equatable {
    /// Who hears of sign-outs.
    package enum SignOuts: Sendable, Equatable {
        /// Nobody: a token ends with the session that holds it.
        case needNotBeTold
        /// Nobody: it has no call for it.
        case cannotBeTold
        /// The authority, by way of the outbox.
        case areTold
    }

    /// How people sign in at the authority itself.
    package struct SignInRequests: Sendable, Equatable {
        /// Where it may send a browser back to; the first is the default.
        package var redirectURIs: [String]

        package init(redirectURIs: [String]) { self.redirectURIs = redirectURIs }

        /// Why a browser cannot come back there; `nil`: it can.
        func fault(of uri: String, with method: SignInMethod?) -> String? {
            if method == .device { return "is of no use without a browser" }
            return allows(uri) ? nil : "must be one of those that RedirectURI= names"
        }

        func allows(_ uri: String) -> Bool { redirectURIs.contains { $0.utf8.elementsEqual(uri.utf8) } }
    }

    /// What a session with it is bound to.
    package var binding: Binding
    /// Whether it renews tokens that have run out, as while the device was off.
    package var renewsExpiredTokens: Bool
    /// Whether its answers prove what time it is; else its clock is the device's own.
    package var provesTime: Bool
    /// Whether a refresh may replace a token though its answer is lost, and so is noted in the store before it is sent.
    package var mayReplaceUnheard: Bool
    /// Whether it is spared after failures: authentications, deliveries and profiles pause.
    package var isPaced: Bool
    /// How many anonymous logins are made in a minute at most; `nil`: any number.
    package var anonymousLoginsPerMinute: Int?
    /// Who hears of sign-outs.
    package var signOuts: SignOuts
    /// Whether another API key can take the place of the configured one, by a call.
    package var keyIsReplaceable: Bool
    /// Whether it has accounts that can be deleted.
    package var deletesAccounts: Bool
    /// Whether it has profiles.
    package var hasProfiles: Bool
    /// How people sign in there; `nil`: they do not.
    package var signInRequests: SignInRequests?
    /// Whether it gives tokens while nobody is signed in.
    package var hasAnonymousTokens = true
    /// Whether it says itself who a token is for, also one that was obtained elsewhere: neither login nor authID decides.
    package var identifiesTokens = false
    /// So often a token is renewed that nobody needs, to find out whether the customer has signed out there; `nil`: never.
    package var checkInterval: Duration?
    /// Whether it has to be asked about itself before anything else.
    package var needsPreparation = false

    /// The name that `Kind=` has for it.
    package var kind: String { binding.kind }

    package init(
        binding: Binding, renewsExpiredTokens: Bool = false, provesTime: Bool = true, mayReplaceUnheard: Bool = true,
        isPaced: Bool = true, anonymousLoginsPerMinute: Int? = nil, signOuts: SignOuts = .cannotBeTold,
        keyIsReplaceable: Bool = true, deletesAccounts: Bool = true, hasProfiles: Bool = true
    ) {
        (self.binding, self.renewsExpiredTokens, self.provesTime) = (binding, renewsExpiredTokens, provesTime)
        (self.mayReplaceUnheard, self.isPaced) = (mayReplaceUnheard, isPaced)
        (self.anonymousLoginsPerMinute, self.signOuts) = (anonymousLoginsPerMinute, signOuts)
        (self.keyIsReplaceable, self.deletesAccounts) = (keyIsReplaceable, deletesAccounts)
        self.hasProfiles = hasProfiles
    }
}
