// SPDX-License-Identifier: Apache-2.0

package import SessiondPrimitives

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

extension AccessSubject {
    /// The name that has to be looked up before it is known who that is; `nil`: none.
    package var accountName: UnixName? {
        switch self {
        case .user(.name(let name)): .user(name)
        case .group(.name(let name)): .group(name)
        case .user(.id), .group(.id), .any: nil
        }
    }
}
