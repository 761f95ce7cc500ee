// SPDX-License-Identifier: Apache-2.0

import FlyingFox

/// Ends a connection without an answer.
///
/// FlyingFox asks for the frames of an upgrade before it writes the head of the response, and closes the connection
/// where that fails (`HTTPConnection.switchToWebSocket`, 0.27): not a byte is sent.
struct DroppedConnection: WSHandler {
    func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
        throw BrokenConnection()
    }
}
