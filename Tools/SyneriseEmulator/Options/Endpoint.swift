// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator

/// What is served; the names are those of the table of calls, `E1` to `E9`, and of the optional paths.
package enum Endpoint: String, EndpointName {
    /// Anonymous login.
    case anonymous = "E1"
    /// Sign-in.
    case signIn = "E2"
    /// Sign-in that never creates an account.
    case conditional = "E3"
    /// Refresh of any token.
    case refresh = "E5"
    /// The customer's own profile.
    case profile = "E8"
    /// The public key of the tokens.
    case publicKey = "E9"
    /// Sign-out, where a path is given.
    case signOut
    /// Account deletion, where a path is given.
    case deleteAccount
    /// Simple Authentication, where a path is given.
    case simpleAuthentication
}
