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

/// What has become of a sign-in, as the authority says.
package struct SignInReply: Sendable, Equatable {
    /// What that can be.
    package enum Progress: Sendable, Equatable {
        /// The person has not decided yet; whether it was asked too often.
        case waiting(slowDown: Bool)
        /// They agreed.
        case granted(IssuedToken)
        /// They did not.
        case denied
        /// They took too long.
        case expired
        /// They agreed, and nobody can be signed in with what was given.
        case unusable(IssuedToken)

        /// What was given, whatever it is good for.
        var issued: IssuedToken? {
            switch self {
            case .granted(let issued), .unusable(let issued): issued
            default: nil
            }
        }
    }

    /// What has become of it.
    package var progress: Progress
    /// What time it was for the authority; `nil` where it did not say.
    package var serverTime: Timestamp?

    package init(_ progress: Progress, serverTime: Timestamp? = nil) {
        (self.progress, self.serverTime) = (progress, serverTime)
    }
}
