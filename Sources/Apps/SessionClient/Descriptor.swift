// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file descriptor that is closed with its owner.
package struct Descriptor: ~Copyable {
    package let number: Int32

    /// Takes over an open descriptor.
    init(owning number: Int32) { self.number = number }

    /// Hands the descriptor out, to be closed by somebody else.
    consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    deinit { close(number) }
}
