// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Finds the process that holds a flock(2) in `/proc/locks`, proc_locks(5).
enum LockHolder {
    /// The process that has a file locked; `nil` where the kernel does not show it, as in another pid namespace.
    static func find(_ file: FileStatus.Identity) -> Int32? {
        let descriptor = open("/proc/locks", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text: [UInt8] = []
        while true {
            var part = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(descriptor, &part, part.count)
            if count <= 0 { break }
            text += part.prefix(count)
        }
        return find(file, in: String(decoding: text, as: UTF8.self))
    }

    /// The same in given text, of lines such as `1: FLOCK  ADVISORY  WRITE 1234 fe:00:16220258 0 EOF`.
    static func find(_ file: FileStatus.Identity, in text: String) -> Int32? {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            // A process that only waits has `->` in the second place.
            guard fields.count >= 6, fields[1] == "FLOCK", isSame(fields[5], file) else { continue }
            return Int32(fields[4]).flatMap { $0 > 0 ? $0 : nil }
        }
        return nil
    }

    private static func isSame(_ field: Substring, _ file: FileStatus.Identity) -> Bool {
        let parts = field.split(separator: ":")
        guard parts.count == 3 else { return false }
        return UInt32(parts[0], radix: 16) == major(file.device)
            && UInt32(parts[1], radix: 16) == minor(file.device) && ino_t(parts[2]) == file.inode
    }

    // The layout of a dev_t, which makedev(3) has in macros only.
    private static func major(_ device: dev_t) -> UInt32 {
        UInt32(truncatingIfNeeded: (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF)
    }

    private static func minor(_ device: dev_t) -> UInt32 {
        UInt32(truncatingIfNeeded: device & 0xFF | (device >> 12) & ~0xFF)
    }
}
