// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// How somebody wants to sign in at the authority.
package struct SignInWish: Sendable, Equatable {
    /// How; `nil`: as the authority can.
    package var method: SignInMethod?
    /// Where a browser comes back to; `nil`: the first place that is configured.
    package var redirectURI: String?

    package init(method: SignInMethod? = nil, redirectURI: String? = nil) {
        (self.method, self.redirectURI) = (method, redirectURI)
    }

    /// Whether what is begun for it may serve another wish as well; whether it does is known once it has begun.
    func mayServe(_ other: SignInWish) -> Bool {
        if let known = impliedMethod, let wanted = other.impliedMethod, known != wanted { return false }
        guard let redirectURI, let wanted = other.redirectURI else { return true }
        return redirectURI.utf8.elementsEqual(wanted.utf8)
    }

    /// How, as far as it is known.
    var impliedMethod: SignInMethod? { method ?? (redirectURI == nil ? nil : .browser) }
}

/// Who begins or ends something, and whom it counts for: a user, or pages of an origin in that user's browser.
package struct Initiator: Sendable, Hashable {
    /// The user, as the kernel names them.
    package var user: UInt32
    /// The origin of the pages; `nil`: no pages.
    package var origin: String?

    package init(user: UInt32, origin: String? = nil) { (self.user, self.origin) = (user, origin) }

    /// Whether it may give up what another has begun. An app may, since a device has one sign-in; pages may give up what
    /// pages of their own origin have begun.
    func mayGiveUp(what other: Initiator) -> Bool { origin == nil || self == other }

    /// Whether it may begin one in place of what another has begun, which costs it that one. Pages may not in place of an
    /// app's; else a page that has left its own behind would keep all others waiting.
    func mayReplace(what other: Initiator) -> Bool { origin == nil || other.origin != nil }
}

/// A sign-in that the authority has begun.
package struct SignInOffer: Sendable, Equatable {
    /// How the person signs in.
    package var method: SignInMethod
    /// What they need.
    package var stage: PendingSignIn.Stage
    /// How long it lasts.
    package var lifetime: Duration
    /// How long the authority wants to be left alone between two questions.
    package var interval: Duration
    /// What time it was for the authority; `nil` where it did not say.
    package var serverTime: Timestamp?

    package init(
        _ method: SignInMethod, _ stage: PendingSignIn.Stage, lifetime: Duration, interval: Duration = .zero,
        serverTime: Timestamp? = nil
    ) {
        (self.method, self.stage, self.lifetime) = (method, stage, lifetime)
        (self.interval, self.serverTime) = (interval, serverTime)
    }
}
