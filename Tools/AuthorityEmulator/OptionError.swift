// SPDX-License-Identifier: Apache-2.0

/// Says what is wrong with a flag, a line of a file, or a call of the control endpoint.
package struct OptionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was given, what is wrong with it, and the accepted form.
    package let description: String

    package init(_ description: String) { self.description = description }
}
