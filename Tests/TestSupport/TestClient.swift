// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The other end of a connection.
final class TestClient {
    /// How long an answer may take before the test fails. Tests that compute for long may have all of the pool's threads
    /// meanwhile, on which authorities answer.
    static let patienceSeconds = 300.0

    let socket: Int32
    private var received: [UInt8] = []
    private var isOpen = true

    /// A socket that is not connected yet.
    init() throws {
        socket = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw TestFailure(call: "socket") }
    }

    convenience init(path: String) throws {
        try self.init()
        try connect(to: path)
    }

    deinit { close() }

    func connect(to path: String) throws {
        guard UnixAddress(path).use({ Foundation.connect(socket, $0, $1) }) == 0 else {
            throw TestFailure(call: "connect")
        }
    }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw TestFailure(call: "send") }
            rest.removeFirst(count)
        }
    }

    /// Sends as much as fits now; how much that was.
    package func sendWhatFits(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    /// The next line without its LF; `nil` at the end of what the peer sends.
    package func line() throws -> String? {
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                defer { received.removeFirst(end + 1) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            guard try receive() > 0 else { return nil }
        }
    }

    /// All lines up to the end of what the peer sends.
    package func lines() throws -> [String] {
        while try receive() > 0 {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Sends all of it in pieces, says that this was all, and reads meanwhile, to the end.
    package func converse(_ bytes: [UInt8], inPiecesOf count: Int = .max) throws -> [String] {
        var sent = 0
        while sent < bytes.count {
            guard try awaitEvents(POLLIN | POLLOUT) & Int16(POLLIN) == 0 else {
                guard try receive() > 0 else { break }
                continue
            }
            let piece = Array(bytes[sent..<min(sent + min(count, bytes.count), bytes.count)])
            sent += sendWhatFits(piece)
        }
        halfClose()
        return try lines()
    }

    package func halfClose() { shutdown(socket, Int32(SHUT_WR)) }

    package func close() {
        guard isOpen else { return }
        isOpen = false
        Foundation.close(socket)
    }

    /// Gives the socket away.
    func release() -> Int32 {
        isOpen = false
        return socket
    }

    // How many bytes came; 0 at the end, also where the peer left while something of ours was unread.
    private func receive() throws -> Int {
        guard try awaitEvents(POLLIN) != 0 else { throw TestFailure("in vain: waiting for an answer") }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count >= 0 || errno == ECONNRESET else { throw TestFailure(call: "recv") }
        received += buffer.prefix(max(count, 0))
        return max(count, 0)
    }

    @discardableResult
    func awaitEvents(_ events: Int32) throws -> Int16 {
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        guard poll(&entry, 1, Int32(TestClient.patienceSeconds * 1000)) > 0 else {
            throw TestFailure("in vain: waiting for the socket")
        }
        return entry.revents
    }
}

/// An address as the socket calls take it.
struct UnixAddress {
    private var address = sockaddr_un()

    init(_ path: String) {
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    }

    func use(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
