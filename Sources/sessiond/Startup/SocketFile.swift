// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemAccounts

/// The socket that the daemon makes itself, where systemd passes none.
struct SocketFile {
    let path: String
    let descriptor: Int32
    // Which file it is: another one may have its path by the end.
    private let identity: Identity?

    /// Connections that may wait to be accepted.
    private static let backlog: Int32 = 128

    /// Binds and listens; a file that a daemon left behind is taken over, one that is answered on is not.
    ///
    /// The file has its mode from the beginning: 0600, or 0660 with a group.
    init(path: String, group: String?) throws(StartFailure) {
        self.path = path
        let address = try SocketFile.address(path)
        try SocketFile.makeFolder(of: path)
        try SocketFile.removeStale(path, address)
        descriptor = try SocketFile.bind(path, address, mode: group == nil ? 0o600 : 0o660)
        identity = Identity(path)
        if let group { try SocketFile.give(path, to: group) }
        guard listen(descriptor, SocketFile.backlog) == 0 else { throw .cannotCreate(path, "listen", errno) }
    }

    /// Removes the file, when nobody is to connect any more; what has taken its place is left alone.
    func remove() {
        guard identity == Identity(path) else { return }
        unlink(path)
    }

    private static func address(_ path: String) throws(StartFailure) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !path.isEmpty, path.utf8.count < room else {
            throw StartFailure(
                status: StartFailure.cannotCreate, message: "\(path): a socket's path has at most \(room - 1) bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return address
    }

    private static func makeFolder(of path: String) throws(StartFailure) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw .cannotCreate(folder, "mkdir", errno) }
    }

    private static func removeStale(_ path: String, _ address: sockaddr_un) throws(StartFailure) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw StartFailure(
                status: StartFailure.cannotCreate,
                message: "\(path) is there and is no socket: remove it, or use --socket")
        }
        guard !isAnswered(address) else {
            throw StartFailure(
                status: StartFailure.taken,
                message: "\(path): a daemon answers on it already: stop it, or use --socket")
        }
        unlink(path)
    }

    private static func isAnswered(_ address: sockaddr_un) -> Bool {
        let probe = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        defer { close(probe) }
        // EAGAIN: somebody listens, and is busy.
        return call(address) { connect(probe, $0, $1) } == 0 || errno == EAGAIN
    }

    private static func bind(_ path: String, _ address: sockaddr_un, mode: mode_t) throws(StartFailure) -> Int32 {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw .cannotCreate(path, "socket", errno) }
        let before = umask(0o777 & ~mode)
        defer { umask(before) }
        guard call(address, { Glibc.bind(descriptor, $0, $1) }) == 0 else { throw .cannotCreate(path, "bind", errno) }
        return descriptor
    }

    private static func give(_ path: String, to group: String) throws(StartFailure) {
        guard let id = AccountDatabase.group(named: group) else {
            throw StartFailure(status: StartFailure.cannotCreate, message: "--socket-group: there is no group \(group)")
        }
        guard lchown(path, uid_t.max, id) == 0 else { throw .cannotCreate(path, "chown", errno) }
    }

    private static func call(
        _ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

private struct Identity: Equatable {
    let device: dev_t
    let inode: ino_t

    /// Of what has a path, links not followed; `nil`: nothing has.
    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        (device, inode) = (status.st_dev, status.st_ino)
    }
}

extension StartFailure {
    fileprivate static func cannotCreate(_ path: String, _ call: String, _ error: Int32) -> StartFailure {
        StartFailure(
            status: StartFailure.cannotCreate, message: "\(path): \(call): \(String(cString: strerror(error)))")
    }
}
