// SPDX-License-Identifier: Apache-2.0

/// Where connections come in, and what becomes of those that there is no room for.
struct Entrance {
    let listeners: [Listener]
    /// The indices of those where somebody waits.
    var ready: [Int] = []
    /// At which wake-up each of them had somebody last.
    var acceptedIn: [UInt64]
    /// Until then listening sockets are left alone: descriptors have run out, and so has the reserve.
    var acceptsAgainAt: Duration?
    var reserve = ReserveDescriptor()
    var turnedAway = TurnedAway()
    var mostTurnedAway: Int
    /// What they hear, prepared: it may be said very often.
    let noRoom: [UInt8]

    init(_ listeners: [Listener], _ limits: LineLimits, noRoom: [UInt8]) {
        (self.listeners, self.noRoom) = (listeners, noRoom)
        acceptedIn = Array(repeating: 0, count: listeners.count)
        mostTurnedAway = limits.mostTurnedAway
    }
}

/// A listening socket, and what it is for.
package struct Listener: Sendable {
    /// Its descriptor.
    package let socket: Int32
    /// Which of the service's sockets it is: what the service numbers them by.
    package let role: Int

    /// A socket that is listening already.
    package init(socket: Int32, role: Int) { (self.socket, self.role) = (socket, role) }
}
