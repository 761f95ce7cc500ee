// SPDX-License-Identifier: Apache-2.0

/// A configuration that cannot be used, with everything that is wrong with it.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// At least one, in the order of the files and their lines.
    package var problems: [ConfigurationProblem]
    /// What would have been warned of, had it been usable.
    package var warnings: [ConfigurationProblem]
    /// The files that were read.
    package var files: [String] = []
    /// What the other lines come to; `nil` where it is in doubt who issues tokens, or a file could not be read.
    package var otherSettings: Settings?

    /// The problems, one a line.
    package var description: String { problems.map(\.description).joined(separator: "\n") }

    /// The first problem and how many more there are, on one line.
    package var summary: String {
        let more = problems.count - 1
        return (problems.first?.description ?? "") + (more > 0 ? ", and \(more) more" : "")
    }
}
