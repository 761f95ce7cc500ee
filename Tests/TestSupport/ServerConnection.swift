// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A server's end of one connection; belongs to its thread.
struct ServerConnection: Sendable {
    let descriptor: Int32
    /// 1 for the first that the server accepted.
    let number: Int

    /// Writes all of it, or as much as the client takes; says whether that was all.
    @discardableResult
    func write(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// An answer with a length.
    func answer(_ status: Int = 200, _ headers: String..., body: String = "{}") {
        let lines = headers.map { "\($0)\r\n" }.joined()
        write("HTTP/1.1 \(status) Text\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")
    }

    /// Blocks until the client closes.
    func waitForClient() {
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) > 0 {}
    }

    /// Makes the close that follows a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Reads one request; `nil`: the client closed.
    func readRequest() -> ServerRequest? {
        var (bytes, byte) = ([UInt8](), UInt8(0))
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
            bytes.append(byte)
        }
        var request = ServerRequest(connection: number, head: String(decoding: bytes, as: UTF8.self))
        let length = request.header("content-length").flatMap { Int($0) } ?? 0
        request.body = [UInt8](repeating: 0, count: length)
        guard length == 0 || recv(descriptor, &request.body, length, Int32(MSG_WAITALL)) == length else {
            return nil
        }
        return request
    }
}
