// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Connections that there was no room for: they have been told so, and end a little later.
///
/// Programs that connect again as soon as a connection has ended, or cannot be written to, are slowed down by that:
/// refusing a thousand of them costs next to nothing.
struct TurnedAway {
    // What the kernel gives back with an event, Connection.token.
    private var tokens: Set<UInt64> = []
    // In the order of time; those who have left by themselves stay in it for a while.
    private var ends: [(at: Duration, token: UInt64)] = []

    var count: Int { tokens.count }
    /// How many are kept in mind, with those who have left.
    var noted: Int { ends.count }
    /// When the next one ends.
    var nextEnd: Duration? { ends.first?.at }

    /// Takes over a socket until an instant, which is not before that of any other.
    mutating func add(_ token: UInt64, until instant: Duration) {
        tokens.insert(token)
        ends.append((instant, token))
    }

    /// Ends one before its time; whether there is such a one.
    @discardableResult
    mutating func end(_ token: UInt64) -> Bool {
        guard tokens.remove(token) != nil else { return false }
        TurnedAway.close(Int32(truncatingIfNeeded: token))
        if ends.count > 2 * tokens.count + 64 { ends.removeAll { !tokens.contains($0.token) } }
        return true
    }

    /// Ends those whose time has come.
    mutating func endDue(at now: Duration) {
        let due = ends.prefix { $0.at <= now }
        ends.removeFirst(due.count)
        for end in due { self.end(end.token) }
    }

    /// Ends all of them.
    mutating func endAll() {
        for token in tokens { TurnedAway.close(Int32(truncatingIfNeeded: token)) }
        (tokens, ends) = ([], [])
    }

    /// Closes a socket so that the peer finds what it was told and then the end, not a reset for what was not read.
    package static func close(_ socket: Int32) {
        shutdown(socket, Int32(SHUT_RD))
        withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { bytes in
            while read(socket, bytes.baseAddress, bytes.count) > 0 {}
        }
        Glibc.close(socket)
    }
}
