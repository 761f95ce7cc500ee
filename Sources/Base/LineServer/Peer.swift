// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux

/// Who is at the other end of a connection, as the kernel told it when they connected (unix(7), SO_PEERCRED).
///
/// A descriptor that is passed on afterwards keeps the rights of whoever connected.
package struct Peer: Sendable, Equatable {
    /// The process that connected; a hint, never what a decision is made on.
    package var pid: Int32
    /// Its effective user.
    package var uid: UInt32
    /// Its effective group.
    package var gid: UInt32
    /// Its supplementary groups.
    package var groups: [UInt32]

    /// A peer of those credentials.
    package init(pid: Int32, uid: UInt32, gid: UInt32, groups: [UInt32]) {
        (self.pid, self.uid, self.gid, self.groups) = (pid, uid, gid, groups)
    }

    /// Asks the kernel who is connected; `nil` where it does not tell.
    init?(socket: Int32) {
        (pid, uid, gid, groups) = (0, 0, 0, [])
        guard clinux_peer_credentials(socket, &pid, &uid, &gid) == 0 else { return nil }
        guard let groups = Peer.groups(of: socket) else { return nil }
        self.groups = groups
    }

    /// What most callers have room in; for the others the kernel is asked twice.
    static let usualGroups: Int32 = 32

    private static func groups(of socket: Int32) -> [UInt32]? {
        // They are those of when the peer connected: the second answer fits.
        var capacity = usualGroups
        return groups(of: socket, &capacity) ?? (capacity > usualGroups ? groups(of: socket, &capacity) : nil)
    }

    /// - Parameter capacity: How many there is room for; where that is too few, how many there are.
    private static func groups(of socket: Int32, _ capacity: inout Int32) -> [UInt32]? {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(capacity)) { buffer in
            let count = clinux_peer_groups(socket, buffer.baseAddress, &capacity)
            return count < 0 ? nil : Array(UnsafeBufferPointer(rebasing: buffer[..<Int(count)]))
        }
    }
}
