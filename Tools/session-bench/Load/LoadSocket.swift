// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A socket that is connected to a server; waits for as long as the server's queue is full.
func connected(to path: String) throws(LoadError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
        errno = ENAMETOOLONG
        throw LoadError(path)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw LoadError("socket") }
    let result = withUnsafeBytes(of: &address) { bytes in
        connect(socket, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    guard result == 0 else {
        let error = LoadError(path)
        close(socket)
        throw error
    }
    return socket
}
