// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// An answer, and how it is sent.
struct Answer: Sendable {
    /// How much of it reaches the client.
    enum Delivery: Sendable, Equatable {
        case whole
        /// Without a Content-Length, in chunks.
        case chunked
        /// The head, with the true Content-Length, and so many bytes of the body; then the connection closes.
        case truncated(bytes: Int)
        /// Nothing; the connection closes.
        case dropped
    }

    var status = 200
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    var delivery = Delivery.whole

    static func json(_ body: [UInt8], status: Int = 200) -> Answer {
        Answer(status: status, headers: ["Content-Type": "application/json"], body: body)
    }

    static func json(status: Int = 200, _ write: (inout JSONWriter) -> Void) -> Answer {
        var writer = JSONWriter()
        writer.beginObject()
        write(&writer)
        writer.endObject()
        return .json(writer.bytes, status: status)
    }
}
