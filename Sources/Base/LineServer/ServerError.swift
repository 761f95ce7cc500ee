// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why there can be no server: the kernel refuses something basic.
package struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The system call.
    package let call: String
    /// Its errno.
    package let errorNumber: Int32

    /// The call, the system's own word for what went wrong, and what it may need.
    package var description: String {
        "\(call): \(String(cString: strerror(errorNumber))) (the daemon needs descriptors: see LimitNOFILE= of its unit)"
    }
}
