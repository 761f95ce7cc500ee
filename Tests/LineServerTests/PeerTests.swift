// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import LineServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct PeerTests {
    @Test func kernelNamesThePeerWithItsGroups() throws {
        let socket = try ListeningSocket()
        let client = try TestClient(path: socket.path)
        let peer = try #require(Peer(socket: client.socket))
        #expect(peer.uid == geteuid())
        #expect(peer.gid == getegid())
        #expect(peer.pid == getpid())
        var groups = [gid_t](repeating: 0, count: Int(getgroups(0, nil)))
        getgroups(Int32(groups.count), &groups)
        #expect(peer.groups.sorted() == groups.sorted())
        #expect(Peer(socket: -1) == nil)
    }

    @Test func connectionsOfAUserInThousandsOfGroupsHaveThemOnce() {
        func connection(_ socket: Int32, uid: UInt32, groups: Range<UInt32>, in table: inout ConnectionTable)
            -> Connection
        {
            var peer = Peer(pid: 1, uid: uid, gid: 1, groups: Array(groups))
            table.share(groupsOf: &peer)
            let connection = Connection(
                socket: socket, serial: table.nextSerial(), peer: peer, context: self as AnyObject, bits: 0,
                longestLineBytes: 1, now: .zero)
            table.add(connection)
            return connection
        }
        func place(_ connection: Connection) -> UnsafePointer<UInt32>? {
            connection.peer.groups.withUnsafeBufferPointer(\.baseAddress)
        }
        var table = ConnectionTable()
        let first = connection(3, uid: 7, groups: 0..<5_000, in: &table)
        let second = connection(4, uid: 7, groups: 0..<5_000, in: &table)
        let other = connection(5, uid: 7, groups: 0..<5_001, in: &table)
        let stranger = connection(6, uid: 8, groups: 0..<5_001, in: &table)
        #expect(place(first) == place(second) && second.peer.groups == Array(0..<5_000))
        #expect(Set([place(first), place(other), place(stranger)]).count == 3 && other.peer.groups.count == 5_001)
        // Once nobody of theirs is connected, nothing is kept.
        for connection in [first, second, other] { table.remove(connection) }
        let next = connection(3, uid: 7, groups: 0..<5_001, in: &table)
        #expect(place(next) != place(other))
    }
}
