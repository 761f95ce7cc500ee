// SPDX-License-Identifier: Apache-2.0

/// Why something was not stored.
package struct StoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What failed, where: path and the system's own word for it.
    package var description: String
    /// What to do about it.
    package var hint: String?

    /// A failure with its remedy.
    package init(_ description: String, hint: String? = nil) { (self.description, self.hint) = (description, hint) }
}
