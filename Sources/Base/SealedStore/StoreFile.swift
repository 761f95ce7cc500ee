// SPDX-License-Identifier: Apache-2.0

/// What the store knows of one of its two files.
struct StoreFile {
    /// `session.0` or `session.1`.
    package let name: String
    /// Bytes from the start that may hold something; beyond them are only zeros.
    var usedBytes = 0

    /// The two files, as they are before anything is known of them.
    static let pair = [StoreFile(name: "session.0"), StoreFile(name: "session.1")]
}
