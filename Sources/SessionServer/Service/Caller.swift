// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What the service knows about a connection: who calls, and what they may do.
struct Caller {
    let peer: Peer
    let isObserver: Bool
    /// Root or the daemon's own user.
    let isTrusted: Bool
    let capabilities: CapabilitySet
    /// Whether a request came already.
    var hasSpoken = false
}

/// One request on its way through the service.
struct Incoming {
    /// The connection that it came by, and is answered on.
    let connection: Connection<Caller>
    let method: Method
    /// The id as it was sent; `nil` for a notification.
    let id: [UInt8]?
    /// Whether it is an entry of a batch.
    let isInBatch: Bool
    /// What it is called with.
    let parameters: [JSONMember]

    var caller: Caller { connection.context }
}
