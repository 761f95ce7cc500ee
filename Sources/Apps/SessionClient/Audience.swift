// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Whoever reads what a descriptor is written to: a pipe's other end, a socket's, a terminal.
package struct Audience: Sendable {
    /// A descriptor that is written to; it is not closed here.
    package let descriptor: Int32

    /// The audience of that descriptor.
    package init(of descriptor: Int32) { self.descriptor = descriptor }

    /// Whether nobody can read any more what is written, poll(2); never so of a file.
    package var isGone: Bool { isGone(within: .zero) }

    // The same, waited for.
    func isGone(within limit: Duration) -> Bool {
        var entry = pollEntry
        return poll(&entry, 1, limit.pollMilliseconds) > 0
    }

    /// What poll(2) looks for: what it tells unasked.
    var pollEntry: pollfd { pollfd(fd: descriptor, events: 0, revents: 0) }
}
