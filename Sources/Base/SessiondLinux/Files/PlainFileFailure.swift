// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why a file could not be read.
package enum PlainFileFailure: Error, Hashable, Sendable {
    /// The kernel's word for it, errno(3).
    case system(errorNumber: Int32)
    /// It is a folder, a FIFO, a socket or a device.
    case notRegular
    /// It is larger than its reader accepts.
    case tooLarge(maximumBytes: Int)
}

extension PlainFileFailure: CustomStringConvertible {
    /// The reason, without the path.
    package var description: String {
        switch self {
        case .system(let number): String(cString: strerror(number))
        case .notRegular: "not a regular file"
        case .tooLarge(let maximumBytes): "larger than the limit of \(maximumBytes) bytes"
        }
    }
}
