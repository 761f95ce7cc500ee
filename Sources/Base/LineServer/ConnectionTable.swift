// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux

/// Who is connected: by descriptor, and counted by user.
struct ConnectionTable {
    /// By descriptor.
    private(set) var all: [Connection?] = []
    private(set) var count = 0
    private(set) var byUser: [UInt32: Int] = [:]
    // Of users who are in many: there may be 65,536 of them, and thousands of connections.
    private var groupsByUser: [UInt32: [UInt32]] = [:]
    private var lastSerial: UInt32 = 0

    var hasSeveralUsers: Bool { byUser.count > 1 }

    /// Numbers another connection; 0 is no connection's number.
    mutating func nextSerial() -> UInt32 {
        lastSerial = lastSerial == .max ? 1 : lastSerial + 1
        return lastSerial
    }

    /// Has the groups of a peer that is about to be added lie where those of the same user's last connection do, if they
    /// are the same.
    mutating func share(groupsOf peer: inout Peer) {
        guard peer.groups.count > Peer.usualGroups else { return }
        if let groups = groupsByUser[peer.uid], groups == peer.groups { peer.groups = groups }
        groupsByUser[peer.uid] = peer.groups
    }

    mutating func add(_ connection: Connection) {
        let index = Int(connection.socket)
        if index >= all.count { all += Array(repeating: nil, count: index + 1 - all.count) }
        all[index] = connection
        count += 1
        byUser[connection.peer.uid, default: 0] += 1
    }

    mutating func remove(_ connection: Connection) {
        all[Int(connection.socket)] = nil
        count -= 1
        byUser[connection.peer.uid, default: 1] -= 1
        guard byUser[connection.peer.uid] == 0 else { return }
        byUser[connection.peer.uid] = nil
        groupsByUser[connection.peer.uid] = nil
    }

    /// The connection that an event is about; `nil`: it is about something else, or what it was about has ended.
    func connection(of event: clinux_event) -> Connection? {
        let index = Int(truncatingIfNeeded: event.data & UInt64(UInt32.max))
        guard index < all.count, let connection = all[index] else { return nil }
        return connection.token == event.data ? connection : nil
    }
}
