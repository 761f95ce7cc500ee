// SPDX-License-Identifier: Apache-2.0

/// A configuration that cannot be used, with everything that is wrong with it.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// At least one, in the order of the files and their lines.
    package var problems: [ConfigurationProblem]
    /// What would have been warned of, had it been usable.
    package var warnings: [ConfigurationProblem]
    /// The files that were read.
    package var files: [String] = []

    /// The problems, one a line.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
