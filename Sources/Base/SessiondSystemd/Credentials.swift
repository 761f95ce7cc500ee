// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SessiondPrimitives

/// The credentials that the service manager placed for this process, systemd.exec(5) `LoadCredential=`.
package struct Credentials: Hashable, Sendable {
    /// The largest credential that systemd passes on.
    package static let maximumBytes = 1024 * 1024

    /// The folder; nil where the unit has no credentials.
    package let directory: String?

    /// Takes the folder from the caller.
    package init(directory: String?) {
        self.directory = directory
    }

    /// Takes the folder from `CREDENTIALS_DIRECTORY`, which this process must not change meanwhile.
    package init() {
        self.init(directory: Environment.value(of: "CREDENTIALS_DIRECTORY"))
    }

    /// Reads a credential whole; nil where there is none of this name.
    ///
    /// - Parameter maximumBytes: What the caller has use for; more is refused before it is kept.
    /// - Throws: ``CredentialError``: a name that is no file name, a file that cannot be read, is not regular or too large.
    package func secret(
        _ name: String,
        maximumBytes: Int = Credentials.maximumBytes
    ) throws(CredentialError) -> SecretBytes? {
        guard Self.isValid(name) else { throw .invalidName(name) }
        guard let directory else { return nil }
        let path = "\(directory)/\(name)"
        guard let file = try CredentialFile.open(path) else { return nil }
        return try file.read(maximumBytes: maximumBytes)
    }

    /// Reads a credential whole, for a caller who wipes the bytes when done or has to keep them in another form.
    ///
    /// - Throws: As ``secret(_:maximumBytes:)``.
    package func read(
        _ name: String,
        maximumBytes: Int = Credentials.maximumBytes
    ) throws(CredentialError) -> [UInt8]? {
        try secret(name, maximumBytes: maximumBytes)?.withUnsafeBytes { Array($0) }
    }

    private static func isValid(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != 0 }
        return isPlain && !["", ".", ".."].contains(name) && name.utf8.count <= Int(NAME_MAX)
    }
}
