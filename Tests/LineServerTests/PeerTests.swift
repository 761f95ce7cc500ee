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
}
