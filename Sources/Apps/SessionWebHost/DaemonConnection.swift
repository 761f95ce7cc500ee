// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessionClient
import SessionProtocol
import SessiondPrimitives

/// A connection to the daemon that never waits: lines in, lines out.
final class DaemonConnection {
    private static let readBytes = 64 * 1024

    private let descriptor: Descriptor
    private var received: [UInt8] = []
    private var splitter = LineSplitter(maximumLineBytes: WireLimits.responseLineBytes)
    private var unsent: [UInt8] = []
    // Where the next line begins.
    private var start = 0
    /// Whether nothing more comes.
    private(set) var isOver = false

    /// Connects at once, or not at all.
    init(to path: SocketPath) throws(SystemError) { descriptor = try Transport.connect(to: path) }

    /// Its descriptor.
    var socket: Int32 { descriptor.number }
    /// What the daemon has not taken yet.
    var unsentBytes: Int { unsent.count }

    /// Sends a line, now or when there is room.
    func send(_ line: [UInt8]) {
        unsent += line
        flush()
    }

    /// Writes and reads as much as can be now.
    func serve() {
        flush()
        var buffer = [UInt8](repeating: 0, count: DaemonConnection.readBytes)
        let count = clinux_read(socket, &buffer, buffer.count)
        if count > 0 { received += buffer[..<count] }
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { isOver = true }
    }

    /// The next line that is whole, without its LF.
    func nextLine() -> [UInt8]? {
        // A reference of its own, so that what else belongs to `self` may change while the bytes are looked at.
        let bytes = received
        switch splitter.next(in: bytes.span, from: start) {
        case .line(let line, let end):
            start = end
            return Array(bytes[line])
        case .tooLong:
            isOver = true
            return nil
        case .incomplete(let begun):
            if begun > 0 { received = Array(bytes[begun...]) }
            start = 0
            return nil
        }
    }

    private func flush() {
        guard let count = Transport.send(unsent[...], to: socket) else { return }
        unsent.removeFirst(count)
    }
}
