// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What is in a folder.
package enum FolderListing {
    /// The names in it, in no order, as the kernel has them, which need not be UTF-8; `.` and `..` too.
    package static func names(in path: String) throws(PlainFileFailure) -> [[UInt8]] {
        guard let folder = opendir(path) else { throw .system(errorNumber: errno) }
        defer { closedir(folder) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(folder) {
            names.append(name(of: entry))
            errno = 0
        }
        guard errno == 0 else { throw .system(errorNumber: errno) }
        return names
    }

    /// Reads the name in place: the record is shorter than the structure, so that a copy of that would read too far.
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
        let start = UnsafeRawPointer(entry).advanced(by: offset)
        return Array(UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self))))
    }
}
