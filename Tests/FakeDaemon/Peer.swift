// SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import TestSupport

/// The fake daemon's end of one connection.
public final class Peer: @unchecked Sendable {  // Used by the one thread that its script runs on.
    /// Which connection it is, from 0.
    public let number: Int
    private let descriptor: Int32
    private let arrivals: AsyncStream<Request>.Continuation
    private var bytes: [UInt8] = []

    init(descriptor: Int32, number: Int, arrivals: AsyncStream<Request>.Continuation) {
        (self.descriptor, self.number, self.arrivals) = (descriptor, number, arrivals)
        // No test waits for ever.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    /// The next request; `nil` behind the last.
    public func next() throws -> Request? {
        while true {
            if let newline = bytes.firstIndex(of: 0x0A) {
                let request = try Request(line: Array(bytes[..<newline]))
                bytes.removeSubrange(...newline)
                arrivals.yield(request)
                return request
            }
            guard try fill() else { return nil }
        }
    }

    /// So many requests.
    public func next(_ count: Int) throws -> [Request] { try (0..<count).compactMap { _ in try next() } }

    /// Waits until the client has closed; `recording`: requests on the way are noted as arrivals.
    public func waitForClose(recording: Bool = false) throws {
        if recording { while try next() != nil {} } else { while try fill() {} }
    }

    /// Sends a text as it is.
    public func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends bytes as they are.
    public func send(_ bytes: [UInt8]) throws {
        var left = bytes[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw SystemFailure("send") }
            left = left.dropFirst(count)
        }
    }

    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw SystemFailure("recv") }
        bytes += chunk[..<count]
        return count > 0
    }
}
