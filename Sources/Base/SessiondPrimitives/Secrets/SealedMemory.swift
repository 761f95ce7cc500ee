// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// Bytes in a file in memory that nobody can change any more, memfd_create(2).
package struct SealedMemory: ~Copyable {
    /// The open file, at its beginning; closed when this ends, and when another program is executed.
    package let descriptor: CInt

    /// Copies bytes into a new one; the name is for `/proc` alone.
    package init(_ bytes: [UInt8], name: String) throws(SealedMemoryError) {
        let made = clinux_memfd(name)
        guard made >= 0 else { throw SealedMemoryError(errorNumber: errno) }
        // Not by write(2), which would leave the file at its end.
        guard Self.write(bytes, to: made), fcntl(made, CLINUX_F_ADD_SEALS, CLINUX_ALL_SEALS) == 0 else {
            let number = errno
            close(made)
            throw SealedMemoryError(errorNumber: number)
        }
        descriptor = made
    }

    deinit { close(descriptor) }

    /// Hands the open file over to the program that is executed next.
    package consuming func inheritable() -> CInt {
        _ = fcntl(descriptor, F_SETFD, 0)
        let inherited = descriptor
        discard self
        return inherited
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(done))
            }
            guard count >= 0 || errno == EINTR else { return false }
            done += max(count, 0)
        }
        return true
    }

    /// The bytes of a descriptor; nil where it is no file in memory, not sealed, or larger than that.
    package static func read(_ descriptor: CInt, maximumBytes: Int) -> [UInt8]? {
        let seals = fcntl(descriptor, CLINUX_F_GET_SEALS)
        var status = stat()
        guard seals >= 0, seals & CLINUX_ALL_SEALS == CLINUX_ALL_SEALS, fstat(descriptor, &status) == 0,
            status.st_size <= maximumBytes
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(done))
            }
            // It has its size for ever.
            guard count > 0 || errno == EINTR else { return nil }
            done += max(count, 0)
        }
        return bytes
    }
}
