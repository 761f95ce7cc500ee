// SPDX-License-Identifier: Apache-2.0

/// What callers have left for the worker.
struct HTTPInbox: Sendable {
    /// A request on its way.
    struct Submission: Sendable {
        let id: UInt64
        let request: HTTPRequest
    }

    /// Requests to begin, in order.
    var submissions: [Submission] = []
    /// Requests to end.
    var cancelled: [UInt64] = []
    /// Whether no connection of before may be used any more.
    var dropsConnections = false
    /// Whether the thread must end.
    var stops = false

    /// Whether there is nothing to do.
    var isEmpty: Bool { submissions.isEmpty && cancelled.isEmpty && !dropsConnections && !stops }
}
