// SPDX-License-Identifier: Apache-2.0

import FlyingFox
import FlyingSocks

/// The bytes of a body, after which the connection may break.
///
/// FlyingFox closes the connection where the sequence of a body fails, after it has written what came before.
struct BodyBytes: AsyncBufferedSequence {
    typealias Element = UInt8

    var bytes: [UInt8]
    var breaks = false

    func makeAsyncIterator() -> Iterator { Iterator(rest: bytes[...], breaks: breaks) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var rest: ArraySlice<UInt8>
        var breaks: Bool

        mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

        mutating func nextBuffer(suggested count: Int) async throws -> ArraySlice<UInt8>? {
            guard !rest.isEmpty else {
                if breaks { throw BrokenConnection() }
                return nil
            }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
    }
}

/// Ends a connection without an answer.
///
/// FlyingFox asks for the frames of an upgrade before it writes the head of the response, and closes the connection
/// where that fails (`HTTPConnection.switchToWebSocket`, 0.27): not a byte is sent.
struct DroppedConnection: WSHandler {
    func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
        throw BrokenConnection()
    }
}

/// Makes FlyingFox close a connection in the middle of a response.
private struct BrokenConnection: Error {}
