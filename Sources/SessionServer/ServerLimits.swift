// SPDX-License-Identifier: Apache-2.0

/// How much the daemon takes on, `[Limits]`.
public struct ServerLimits: Sendable, Equatable {
    /// Connections in all.
    public var connections = 1024
    /// Connections of one user.
    public var connectionsPerUser = 256
    /// What root and the daemon's own user may have beyond both: an administrator gets in when it is full.
    public var reservedConnections = 8
    /// Requests of one connection that wait for an answer.
    public var inFlightPerConnection = 64
    /// How long a connection may be idle; zero: for ever.
    public var idleConnection = Duration.zero
    /// How long a line may take to arrive.
    public var line = Duration.seconds(30)
    /// Bytes that one connection leaves unread before it is closed.
    public var unsentBytes = 1 << 20

    /// The defaults.
    public init() {}

    /// How long a stopping daemon waits for answers under way.
    static let gracefulStop = Duration.seconds(5)
    /// What of that is left for the answers to those who have waited in vain.
    static let lastAnswers = Duration.milliseconds(500)
    /// How long what follows a line that was too long is read and thrown away.
    static let drain = Duration.seconds(1)
    /// Unread bytes of one connection beyond which none of its requests are read.
    static let pausedBytes = 64 << 10
    /// Answers that are gathered before they are written within one wake-up.
    static let gatheredBytes = 256 << 10
    /// What is kept allocated for them: as much, and one answer more, whatever the method (but for batches).
    static let outputCapacity = gatheredBytes + (64 << 10)
    /// Connections of one socket that are accepted within one wake-up.
    static let acceptedAtOnce = 64
    /// How long listening sockets rest when nobody can be accepted.
    static let acceptRest = Duration.milliseconds(200)
    /// What is read at once from one connection.
    static let readBytes = 64 << 10
}
