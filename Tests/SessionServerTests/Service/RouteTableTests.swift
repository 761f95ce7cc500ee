// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionServer

/// Whether the daemon answers what the protocol has.
@Suite(.timeLimit(.minutes(10))) struct RouteTableTests {
    @Test(arguments: Method.allCases)
    func hasTheRouteOf(method: Method) {
        #expect(
            Route.table.routes[method] != nil,
            """
            \(method.rawValue) is answered as unsupported: add an entry for it to Route.table \
            (Sources/Daemon/SessionServer/Service/Route+Table.swift)
            """)
    }
}
