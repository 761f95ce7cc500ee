// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A folder of `*.conf` files.
enum DropInFolder {
    /// The names in it that end in `.conf` and are not hidden; none if the folder is missing.
    static func names(in path: String) throws(FileFailure) -> [String] {
        guard let folder = opendir(path) else {
            let failure = FileFailure(errno: errno, path: path)
            if failure.isMissing { return [] }
            throw failure
        }
        defer { closedir(folder) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(folder) {
            guard let name = name(of: entry) else { throw FileFailure(reason: "the name of a file in it is not UTF-8") }
            if name.utf8.first != UInt8(ascii: "."), name.hasSuffix(".conf") { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw FileFailure(errno: errno, path: path) }
        return names
    }

    /// Reads the name in place: the record is shorter than the structure, so that a copy of that would read too far.
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String? {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        let start = UnsafeRawPointer(entry).advanced(by: offset)
        return String(validatingCString: start.assumingMemoryBound(to: CChar.self))
    }
}
