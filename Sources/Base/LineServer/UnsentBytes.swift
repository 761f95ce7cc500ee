// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// Bytes for a peer that has not taken them yet.
///
/// What was taken is not moved out one write after the other: that would cost the square of what waits.
package struct UnsentBytes {
    private var bytes: [UInt8] = []
    private var taken = 0
    /// Bytes that were ever appended.
    package private(set) var appendedInAll: UInt64 = 0
    /// Bytes of those that the peer has taken, or that were thrown away.
    package var takenInAll: UInt64 { appendedInAll - UInt64(count) }

    var count: Int { bytes.count - taken }
    var isEmpty: Bool { taken == bytes.count }
    /// What it holds of memory.
    var capacity: Int { bytes.capacity }

    /// Adds bytes, which are not copied where none wait: thousands may be told the same.
    mutating func append(whole more: [UInt8]) {
        guard isEmpty else { return append(more) }
        (bytes, taken) = (more, 0)
        appendedInAll += UInt64(more.count)
    }

    mutating func append(_ more: some Collection<UInt8>) {
        bytes += more
        appendedInAll += UInt64(more.count)
    }

    /// Hands as much to the kernel as it takes, send(2); a peer that is gone raises no signal.
    ///
    /// - Returns: Whether the peer can still be sent to.
    package mutating func send(over socket: Int32) -> Bool {
        guard !isEmpty else { return true }
        let sent = bytes.withUnsafeBytes { LineServer.send(UnsafeRawBufferPointer(rebasing: $0[taken...]), socket) }
        if sent < 0 { return errno == EAGAIN || errno == EINTR }
        taken += sent
        if isEmpty {
            removeAll()
        } else if taken > bytes.count / 2 {
            bytes.removeFirst(taken)
            taken = 0
        }
        return true
    }

    /// Throws all of it away, and gives the memory back.
    mutating func removeAll() { (bytes, taken) = ([], 0) }
}

/// Sends as much as the kernel takes, send(2); a peer that is gone raises no signal.
package func send(_ bytes: UnsafeRawBufferPointer, _ socket: Int32) -> Int {
    clinux_send(socket, bytes.baseAddress, bytes.count)
}
