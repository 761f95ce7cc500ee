// SPDX-License-Identifier: Apache-2.0

/// Whom a rule of `Allow=` is about.
package enum AccessSubject: Sendable, Hashable, CustomStringConvertible {
    /// Callers with this user id.
    case user(AccessPrincipal)
    /// Callers with this group id among theirs.
    case group(AccessPrincipal)
    /// Every caller that may connect.
    case any

    /// `user:NAME`, `group:NAME` or `any`.
    package var description: String {
        switch self {
        case .user(let principal): "user:\(principal)"
        case .group(let principal): "group:\(principal)"
        case .any: "any"
        }
    }
}
