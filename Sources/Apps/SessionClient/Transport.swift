// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The system calls on the daemon's socket; none of them blocks.
package enum Transport {
    /// Connects; on a Unix socket that succeeds or fails at once.
    ///
    /// - Throws: the errno of socket(2) or connect(2); `EAGAIN`: the queue of the daemon's socket is full for now.
    package static func connect(to path: SocketPath) throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = socket(AF_UNIX, type, 0)
        guard number >= 0 else { throw SystemError(call: .socket, number: errno) }
        let descriptor = Descriptor(owning: number)
        var address = address(of: path)
        let result = retryingInterrupted {
            withUnsafeBytes(of: &address) { bytes in
                Glibc.connect(
                    number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
        }
        guard result == 0 else { throw SystemError(call: .connect, number: errno) }
        return descriptor
    }

    /// Sends what fits: how many bytes were taken, 0 where none fits now, or `nil` where the connection is broken.
    package static func send(_ bytes: ArraySlice<UInt8>, to socket: Int32) -> Int? {
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        let sent = bytes.withUnsafeBytes { buffer in
            retryingInterrupted { Glibc.send(socket, buffer.baseAddress, buffer.count, flags) }
        }
        if sent >= 0 { return sent }
        return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : nil
    }

    private static func address(of path: SocketPath) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.description.utf8) }
        return address
    }
}
