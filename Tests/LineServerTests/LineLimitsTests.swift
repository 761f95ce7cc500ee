// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LineServer
@testable import TestSupport

/// How many connections a process of few descriptors takes.
@Suite(.timeLimit(.minutes(10))) struct LineLimitsTests {
    @Test(arguments: [(64, 24), (100, 42), (128, 56), (256, 184), (1096, 1024), (1 << 20, 1024), (3, 1)])
    func connectionsLeaveTheDaemonItsOwnDescriptors(descriptors: Int, connections: Int) {
        var limits = LineLimits(longestLineBytes: 65_536)
        limits.fit(intoDescriptors: descriptors)
        #expect(limits.connections == connections)
        // Those of administrators come on top.
        let own = min(64, descriptors / 2)
        #expect(descriptors < 32 || limits.connections + limits.reservedConnections + own <= descriptors)
    }
}
