// SPDX-License-Identifier: Apache-2.0

import Glibc

/// One of the load's connections, or one after the other in its place.
final class LoadConnection {
    private let path: String
    private let answerPrefix: [UInt8]
    private let answerEnd: (byte: UInt8, count: Int)
    private(set) var socket: Int32 = -1
    /// When the requests were sent whose answers are still to come, the oldest first from `oldest` on.
    private var sent: [UInt64] = []
    private var oldest = 0
    // What has come of the answer that is coming, and whether that is how a right one begins.
    private var answerBytes = 0
    private var ends = 0
    private var isRight = true

    init(path: String, dialect: Dialect) {
        (self.path, answerPrefix, answerEnd) = (path, dialect.answerPrefix, dialect.answerEnd)
    }

    deinit { close() }

    var waiting: Int { sent.count - oldest }

    /// Connects; waits for as long as the server's queue is full.
    func open() throws(LoadError) { socket = try connected(to: path) }

    /// Ends it; whoever waits, waits in vain.
    func close() {
        guard socket >= 0 else { return }
        Glibc.close(socket)
        socket = -1
        (sent, oldest, answerBytes, ends, isRight) = ([], 0, 0, 0, true)
    }

    /// Sends a request that counts from an instant on; whether it could be sent.
    func send(_ request: [UInt8], countedFrom instant: UInt64) -> Bool {
        guard Glibc.send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return false }
        if oldest > LoadPlan.mostWaiting {
            sent.removeFirst(oldest)
            oldest = 0
        }
        sent.append(instant)
        return true
    }

    /// Reads what there is; calls back for every answer, with when it was asked for and whether it is right.
    ///
    /// - Returns: Whether the connection goes on.
    func read(into buffer: UnsafeMutableRawBufferPointer, _ answered: (UInt64, Bool) -> Void) -> Bool {
        let count = recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        while let start = rest.baseAddress, let end = memchr(start, Int32(answerEnd.byte), rest.count) {
            let length = UnsafeRawPointer(end) - start + 1
            compare(rest[..<length])
            rest = UnsafeRawBufferPointer(rebasing: rest[length...])
            ends += 1
            guard ends == answerEnd.count else { continue }
            // An answer that nobody asked for is a wrong one.
            guard oldest < sent.count else { return false }
            answered(sent[oldest], isRight && answerBytes > answerPrefix.count)
            oldest += 1
            (answerBytes, ends, isRight) = (0, 0, true)
        }
        compare(rest[...])
        return true
    }

    private func compare(_ part: Slice<UnsafeRawBufferPointer>) {
        let expected = answerPrefix.dropFirst(answerBytes).prefix(part.count)
        if !expected.elementsEqual(part.prefix(expected.count)) { isRight = false }
        answerBytes += part.count
    }
}
