// SPDX-License-Identifier: Apache-2.0

import SessiondLinux

/// A folder of `*.conf` files.
enum DropInFolder {
    /// The names in it that end in `.conf` and are not hidden; none if the folder is missing.
    static func names(in path: String) throws(FileFailure) -> [String] {
        var names: [String] = []
        for bytes in try entries(of: path) {
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw FileFailure(reason: "the name of a file in it is not UTF-8")
            }
            if bytes.first != UInt8(ascii: "."), name.hasSuffix(".conf") { names.append(name) }
        }
        return names
    }

    private static func entries(of path: String) throws(FileFailure) -> [[UInt8]] {
        do throws(PlainFileFailure) { return try FolderListing.names(in: path) } catch {
            let failure = FileFailure(error, path: path)
            if failure.isMissing { return [] }
            throw failure
        }
    }
}
