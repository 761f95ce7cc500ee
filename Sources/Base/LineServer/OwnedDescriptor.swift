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
