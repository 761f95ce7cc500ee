// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A socket of one test, closed when released.
final class TestSocket: Sendable {
    let descriptor: CInt

    init(_ domain: CInt, _ type: __socket_type) throws {
        descriptor = socket(domain, CInt(type.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
    }

    deinit { close(descriptor) }

    /// Binds to a path of a Unix socket.
    func bind(to path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    }

    func listen() throws {
        guard Foundation.listen(descriptor, 1) == 0 else { throw POSIXError(.EINVAL) }
    }

    /// The datagrams that wait, without waiting for more.
    func receiveAll() -> [String] {
        var texts: [String] = []
        var bytes = [UInt8](repeating: 0, count: 8192)
        while case let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT)), count >= 0 {
            texts.append(String(decoding: bytes[..<count], as: UTF8.self))
        }
        return texts
    }
}
