// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// Every method's route.
struct RouteTable: Sendable {
    let routes: [Method: Route]

    init(_ routes: [(Method, Route)]) { self.routes = Dictionary(uniqueKeysWithValues: routes) }

    /// The route of a method; one that this daemon does not have yet is `unsupported`.
    subscript(_ method: Method) -> Route {
        routes[method]
            ?? Route { (_, _) throws(SessionError) in
                throw SessionError(.unsupported, "\(method.rawValue) is not supported by this daemon")
            }
    }
}
