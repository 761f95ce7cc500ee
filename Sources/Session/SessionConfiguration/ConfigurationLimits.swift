// SPDX-License-Identifier: Apache-2.0

/// Bounds on what a configuration may take, so that a wrong file cannot exhaust the daemon.
package enum ConfigurationLimits {
    /// The most bytes of one file: systemd's own bound on a line (`LONG_LINE_MAX`), hence also on every line here.
    package static let maximumFileBytes = 1_048_576
    /// The most problems, and the most warnings, of one load that are kept; the others are counted.
    package static let maximumProblems = 100
    /// The most bytes of a value that a problem repeats.
    static let maximumQuotedBytes = 80
    /// The most letters of an unknown name that a warning repeats.
    static let maximumRepeatedNameBytes = 40
}
