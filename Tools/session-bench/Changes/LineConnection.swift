// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A connection of somebody who asks one thing after the other, and waits.
final class LineConnection {
    private let socket: Int32
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)

    init(path: String) throws(LoadError) { socket = try connected(to: path) }

    deinit { close(socket) }

    func send(_ request: [UInt8]) throws(LoadError) {
        guard Glibc.send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw LoadError("send")
        }
    }

    /// Waits for a line that is a result.
    func awaitAnswer() throws(LoadError) {
        var line: [UInt8] = []
        while line.last != 0x0A {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { throw LoadError("recv") }
            line += buffer[..<count]
        }
        guard line.starts(with: Dialect.sessiond.answerPrefix) else {
            errno = EPROTO
            throw LoadError(String(decoding: line.prefix(200), as: UTF8.self))
        }
    }

    /// Takes the answer where it has come.
    func hasAnswer() throws(LoadError) -> Bool {
        var byte: UInt8 = 0
        guard recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0 else { return false }
        try awaitAnswer()
        return true
    }
}
