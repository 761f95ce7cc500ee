// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// An answer, and how it is sent.
package struct Answer: Sendable {
    /// How much of it reaches the client.
    package enum Delivery: Sendable, Equatable {
        case whole
        /// Without a Content-Length, in chunks.
        case chunked
        /// The head, with the true Content-Length, and so many bytes of the body; then the connection closes.
        case truncated(bytes: Int)
        /// Nothing; the connection closes.
        case dropped
    }

    package var status: Int
    package var headers: [String: String]
    package var body: [UInt8]
    package var delivery = Delivery.whole
    /// What the log shows of how the request was judged.
    package var notes: [JSONMember] = []

    package init(status: Int = 200, headers: [String: String] = [:], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    package static func html(_ text: String, status: Int = 200) -> Answer {
        Answer(status: status, headers: ["Content-Type": "text/html"], body: Array(text.utf8))
    }

    package static func json(_ body: [UInt8], status: Int = 200) -> Answer {
        Answer(status: status, headers: ["Content-Type": "application/json"], body: body)
    }

    package static func json(status: Int = 200, _ write: (inout JSONWriter) -> Void) -> Answer {
        var writer = JSONWriter()
        writer.beginObject()
        write(&writer)
        writer.endObject()
        return .json(writer.bytes, status: status)
    }
}
