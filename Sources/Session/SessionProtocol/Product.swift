// SPDX-License-Identifier: Apache-2.0

/// What this is.
public enum Product {
    /// The version of daemon, library and command line; see `CHANGELOG.md`.
    public static let version = "0.1.0"
}
