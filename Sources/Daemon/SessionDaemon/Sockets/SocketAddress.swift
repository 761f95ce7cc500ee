// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The address of a Unix stream socket in the file system.
struct SocketAddress {
    /// What the kernel says of whoever has the file.
    enum Listener: Equatable {
        case somebody
        /// The file was left behind.
        case nobody
        /// It does not say, for this reason: somebody may be there.
        case unknown(String)
    }

    let path: String
    private let address: sockaddr_un

    /// - Throws: ``StartFailure`` where the kernel has no room for such a path.
    init(_ path: String) throws(StartFailure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !path.isEmpty, path.utf8.count < room else {
            throw StartFailure(
                status: StartFailure.cannotCreate, message: "\(path): a socket's path has at most \(room - 1) bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        (self.path, self.address) = (path, address)
    }

    /// Whether anybody listens there, by trying to connect.
    func probe() -> Listener {
        let descriptor = SocketAddress.makeSocket()
        guard descriptor >= 0 else { return .unknown(SocketAddress.text(errno)) }
        defer { close(descriptor) }
        guard with({ connect(descriptor, $0, $1) }) != 0 else { return .somebody }
        return switch errno {
        // Somebody listens, and is busy.
        case EAGAIN: .somebody
        // The only two by which nobody has it, unix(7); a socket that is alive and of another type is EPROTOTYPE, one of
        // another user EACCES.
        case ECONNREFUSED, ENOENT: .nobody
        case let error: .unknown(SocketAddress.text(error))
        }
    }

    /// Hands the address to a system call.
    func with(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// A stream socket that blocks nobody and that no other program inherits; negative: `errno` says why there is none.
    static func makeSocket() -> Int32 {
        socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    }

    private static func text(_ error: Int32) -> String { String(cString: strerror(error)) }
}
