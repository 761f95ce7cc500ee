// SPDX-License-Identifier: Apache-2.0

/// One call of the REST API: where it goes, and what its answers mean for the session (docs/authorities.md, Y1, Y10).
enum SyneriseCall: Sendable {
    /// E1.
    case anonymousLogin
    /// E2.
    case signIn
    /// E3.
    case conditionalSignIn
    /// E5.
    case refresh
    /// E8.
    case profile
    /// The three whose form no document gives, at a configured path.
    case signOut(path: String)
    case deletion(path: String)
    case simpleAuthentication(path: String)

    var path: String {
        switch self {
        case .anonymousLogin: "/sauth/v3/auth/login/client/anonymous"
        case .signIn: "/sauth/v3/auth/login/client"
        case .conditionalSignIn: "/sauth/v3/auth/login/client/conditional"
        case .refresh: "/sauth/v3/auth/refresh/client"
        case .profile: "/v4/my-account/personal-information"
        case .signOut(let path), .deletion(let path), .simpleAuthentication(let path): path
        }
    }

    /// Whether a refusal of the input says something about the caller's words: a refresh has none of theirs, and ends
    /// for nothing but the authority's plain no.
    var hasCallersInput: Bool {
        switch self {
        case .refresh, .profile: false
        default: true
        }
    }
}
