// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The content of one file.
struct ConfigurationFile: Hashable {
    let path: String
    let bytes: [UInt8]
    let isReadableByEveryone: Bool

    /// Reads a regular file within ``ConfigurationLimits/maximumFileBytes``; `/dev/null` counts as an empty one.
    init(path: String) throws(FileFailure) {
        // A FIFO must not hold the daemon up, hence O_NONBLOCK; regular files ignore it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFailure(errno: errno, path: path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileFailure(errno: errno, path: path) }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        guard isRegular || Self.isNullDevice(status) else { throw FileFailure(reason: "not a regular file") }
        self.path = path
        bytes = isRegular ? try Self.content(of: descriptor, path: path) : []
        isReadableByEveryone = isRegular && status.st_mode & S_IROTH != 0
    }

    /// Major 1, minor 3 (`null(4)`), as `makedev(3)` would put them together.
    private static let nullDevice: dev_t = 1 << 8 | 3

    /// What a drop-in is linked to in order to mask one of the same name.
    private static func isNullDevice(_ status: stat) -> Bool {
        status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == nullDevice
    }

    private static func content(of descriptor: Int32, path: String) throws(FileFailure) -> [UInt8] {
        let limit = ConfigurationLimits.maximumFileBytes
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while content.count <= limit {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return content }
            if count > 0 {
                content += chunk[..<count]
            } else if errno != EINTR {
                throw FileFailure(errno: errno, path: path)
            }
        }
        throw FileFailure(reason: "larger than the limit of \(ByteSize.format(limit)) bytes")
    }
}
