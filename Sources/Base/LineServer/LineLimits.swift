// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How much a line server takes on.
package struct LineLimits: Sendable, Equatable {
    /// The longest line that is read, in bytes with its LF.
    package let longestLineBytes: Int
    /// Connections in all.
    package var connections = 1024
    /// Connections of one user.
    package var connectionsPerUser = 256
    /// What privileged peers may have beyond both: an administrator gets in when it is full.
    package var reservedConnections = 8
    /// Requests of one connection that wait for an answer.
    package var inFlightPerConnection = 64
    /// How long a connection may be idle; zero: for ever.
    package var idleConnection = Duration.zero
    /// How long a line may take to arrive.
    package var lineArrival = Duration.seconds(30)
    /// Bytes that one connection leaves unread before it is closed.
    package var unsentBytes = 1 << 20

    /// The defaults, for lines of at most so many bytes.
    package init(longestLineBytes: Int) { self.longestLineBytes = longestLineBytes }

    /// How long a stopping daemon waits for answers under way.
    package static let gracefulStop = Duration.seconds(5)
    /// How long what follows a line that a connection ends with is read and thrown away.
    package static let drain = Duration.seconds(1)
    /// Unread bytes of one connection beyond which none of its requests are read.
    static let pausedBytes = 64 << 10
    /// Answers that are gathered before they are written within one wake-up.
    static let gatheredBytes = 256 << 10
    /// What is kept allocated for them: as much, and one answer more, whatever the method (but for batches).
    static let outputCapacity = gatheredBytes + (64 << 10)
    /// Events that are taken from the kernel at once while all connections are one user's.
    static let eventsAtOnce = 64
    /// The same while there are several users: all of them are to be seen.
    static let eventsAtOnceOfMany = 256
    /// Of those, what one user is served within one wake-up while others may wait.
    static let turnsAtOnce = 8
    /// Bytes read and answered after which these turns are over, however few they were.
    static let turnBytesAtOnce = 16 << 10
    /// Connections that are written to within one wake-up because they were told something; there may be thousands.
    static let toldAtOnce = 64
    /// Connections of one socket that are accepted within one wake-up.
    static let acceptedAtOnce = 16
    /// How long a connection that there is no room for is left open, once that was said: a thousand that connect again as
    /// soon as it ends are two hundred connections a second.
    static let turnedAway = Duration.seconds(5)
    /// What the daemon itself may need of descriptors: its files, its authority's connections.
    static let ownDescriptors = 64
    /// How long listening sockets rest when nobody can be accepted.
    static let acceptRest = Duration.milliseconds(200)
    /// How long a connection that has not had its turn is left to have it, before its line counts as slow.
    static let nextTurn = Duration.milliseconds(100)
    /// What is read at once from one connection.
    static let readBytes = 16 << 10
    /// The same while there are several users.
    static let readBytesOfMany = 4 << 10

    /// Has connections leave the daemon the descriptors that it needs itself, of so many that it may have: 64, or half of
    /// them where they are few.
    package mutating func fit(intoDescriptors count: Int) {
        let own = min(LineLimits.ownDescriptors, count / 2)
        connections = min(connections, max(count - own - reservedConnections, 1))
    }

    /// Connections that there is no room for and that are left open for a while, where the process may have so many more
    /// descriptors (getrlimit(2)).
    var mostTurnedAway: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        let spare = Int(clamping: limit.rlim_cur) - connections - LineLimits.ownDescriptors
        return min(max(spare, 0), LineLimits.mostTurnedAway)
    }

    private static let mostTurnedAway = 1024
}
