// SPDX-License-Identifier: Apache-2.0

/// What a token object says as its `expiration`; the token itself lives as ever.
package enum ExpirationFault: String, Sendable, CaseIterable {
    /// An hour ago.
    case past
    /// A hundred years ahead.
    case century
    /// Nothing.
    case missing
    /// The seconds as a string.
    case string
}
