// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A connection that is told of the session's changes (`session.watch`), and takes them as fast as they come.
final class LoadWatcher {
    let socket: Int32
    /// How many it was told of.
    private(set) var events = 0

    /// Connects, and returns when the daemon has taken the watch.
    init(path: String) throws(LoadError) {
        socket = try connected(to: path)
        let request = Dialect.sessiond.request("session.watch")
        let sent = send(socket, request, request.count, Int32(MSG_NOSIGNAL))
        guard sent == request.count else { throw LoadError("send") }
        var byte: UInt8 = 0
        while byte != LoadWatcher.newline {
            guard recv(socket, &byte, 1, 0) == 1 else { throw LoadError("session.watch") }
        }
    }

    deinit { close(socket) }

    /// Reads what there is.
    ///
    /// - Returns: Whether the connection goes on.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        let count = recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        for byte in buffer[..<count] where byte == LoadWatcher.newline { events += 1 }
        return true
    }

    private static let newline = UInt8(ascii: "\n")
}
