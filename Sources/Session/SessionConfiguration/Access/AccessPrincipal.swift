// SPDX-License-Identifier: Apache-2.0

/// A user or group as a rule names it.
package enum AccessPrincipal: Sendable, Hashable, CustomStringConvertible {
    /// Looked up when the rule is applied; need not exist.
    case name(String)
    /// The numeric id.
    case id(UInt32)

    /// As it stands in a rule.
    package var description: String {
        switch self {
        case .name(let name): name
        case .id(let id): String(id)
        }
    }
}
