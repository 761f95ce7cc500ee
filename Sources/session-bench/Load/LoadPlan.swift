// SPDX-License-Identifier: Apache-2.0

/// What load is made.
struct LoadPlan {
    var socketPath: String
    /// The line that is sent, with its LF.
    var request: [UInt8]
    var connections: Int
    /// How many requests of a connection wait for answers at a time, where they are sent one after the other's answer.
    var pipeline: Int
    /// Whether each request has a connection of its own.
    var reconnects: Bool
    /// The time between two requests; `nil`: each follows an answer.
    var intervalNanoseconds: UInt64?
    var warmUpNanoseconds: UInt64
    var nanoseconds: UInt64

    /// Requests of a connection that may wait at all: few enough for sending never to wait itself.
    static let mostWaiting = 512

    static func request(_ method: String) -> [UInt8] {
        Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\(method)\"}\n".utf8)
    }

    /// What every right answer begins with.
    static let answerPrefix = Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":".utf8)
}
