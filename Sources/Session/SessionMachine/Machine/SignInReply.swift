// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

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
        /// They agreed, and nobody can be signed in with what was given; why.
        case unusable(IssuedToken, AuthorityFailure)

        /// What was given, whatever it is good for.
        var issued: IssuedToken? {
            switch self {
            case .granted(let issued), .unusable(let issued, _): issued
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
