// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A descriptor that is closed with its owner.
final class OwnedDescriptor: Sendable {
    let number: Int32

    /// Takes what a system call returned.
    ///
    /// - Throws: ``ServerError`` where that is no descriptor; errno is still the call's.
    init(_ number: Int32, from call: String) throws(ServerError) {
        guard number >= 0 else { throw ServerError(call: call, errorNumber: errno) }
        self.number = number
    }

    deinit { close(number) }
}

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
