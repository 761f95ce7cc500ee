// SPDX-License-Identifier: Apache-2.0

/// How far a value may be shown.
enum ValueExposure: Sendable {
    /// Anywhere.
    case open
    /// Once it is accepted; a refused one may hold a password, as the user part of a URL does.
    case onceAccepted
    /// Never.
    case secret
}
