// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A descriptor kept in reserve: with it a connection can be accepted, and closed, when there are no others left.
/// Without it the listening socket would stay readable and the loop spin.
struct ReserveDescriptor {
    private var descriptor = ReserveDescriptor.open()

    private static func open() -> Int32 { Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC) }

    /// Lends the descriptor for as long as `body` runs.
    mutating func lend(_ body: () -> Void) -> Bool {
        guard descriptor >= 0 else { return false }
        give()
        body()
        descriptor = ReserveDescriptor.open()
        return true
    }

    /// Gives the descriptor up until the next refill.
    mutating func give() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Tries to have one again.
    mutating func refill() {
        if descriptor < 0 { descriptor = ReserveDescriptor.open() }
    }
}
