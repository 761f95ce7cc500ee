// SPDX-License-Identifier: Apache-2.0

/// What a caller may do, as the rules in `[Access]` grant it and `daemon.hello` reports it.
public enum Capability: String, Sendable, CaseIterable, Hashable {
    /// Who the customer is and whether a session exists: `session.status`, `session.getUUID`, `session.watch`.
    case identityRead = "identity.read"
    /// The customer's own profile: `session.profile`.
    case profileRead = "profile.read"
    /// The token itself: `session.retrieveToken`, `session.refreshToken`.
    case tokenRead = "token.read"
    /// To count as activity of the customer: `session.touch`.
    case sessionTouch = "session.touch"
    /// The code that somebody is signing in with, to show it to them: `session.pendingSignIn`.
    case signInShow = "signIn.show"
    /// Everything that changes the session: sign-in, sign-out, regenerate, destroy, labels.
    case sessionWrite = "session.write"
    /// Configuration, metrics, the API key.
    case admin
}
