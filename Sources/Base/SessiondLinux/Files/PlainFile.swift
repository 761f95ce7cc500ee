// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A regular file, read at once; `/dev/null` counts as an empty one.
package struct PlainFile: Hashable, Sendable {
    package let path: String
    package let bytes: [UInt8]
    /// When its bytes were last changed, in whole seconds since 1970 by the machine's clock.
    package let modifiedAt: Int64
    /// Whether everybody on this machine can read it.
    package let isReadableByEveryone: Bool
    /// Who could have written it besides root and its reader; `nil`: nobody.
    package let stranger: Stranger?

    /// Reads the file at a path, a symbolic link followed; a FIFO is not waited for.
    package init(
        path: String, maximumBytes: Int, for reader: FileReader = .current
    ) throws(PlainFileFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(errorNumber: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errorNumber: errno) }
        (self.path, modifiedAt) = (path, Int64(status.st_mtim.tv_sec))
        if Self.isNullDevice(status) {
            (bytes, isReadableByEveryone, stranger) = ([], false, nil)
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        bytes = try Self.content(of: descriptor, maximumBytes)
        isReadableByEveryone = status.st_mode & S_IROTH != 0
        stranger = Stranger(status, besides: reader)
    }

    /// Major 1, minor 3 (null(4)), as makedev(3) would put them together.
    private static let nullDevice: dev_t = 1 << 8 | 3

    private static func isNullDevice(_ status: stat) -> Bool {
        status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == nullDevice
    }

    private static func content(of descriptor: Int32, _ maximumBytes: Int) throws(PlainFileFailure) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while content.count <= maximumBytes {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return content }
            if count > 0 {
                content += chunk[..<count]
            } else if errno != EINTR {
                throw .system(errorNumber: errno)
            }
        }
        throw .tooLarge(maximumBytes: maximumBytes)
    }
}
