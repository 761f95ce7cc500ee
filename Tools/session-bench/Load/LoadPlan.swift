// SPDX-License-Identifier: Apache-2.0

/// What load is made.
struct LoadPlan {
    var socketPath: String
    var dialect: Dialect
    /// What is sent, one after the other.
    var requests: [[UInt8]]
    var connections: Int
    /// How many more are told of the session's changes meanwhile.
    var watchers: Int
    /// How many requests of a connection wait for answers at a time, where they are sent one after the other's answer.
    var pipeline: Int
    /// Whether each request has a connection of its own.
    var reconnects: Bool
    /// The time between two requests; `nil`: each follows an answer.
    var intervalNanoseconds: UInt64?
    var warmUpNanoseconds: UInt64
    var nanoseconds: UInt64

    /// Connections of each kind that there may be.
    static let mostConnections = 16_384
    /// Requests of a connection that may wait at all: few enough for sending never to wait itself.
    static let mostWaiting = 512
}
