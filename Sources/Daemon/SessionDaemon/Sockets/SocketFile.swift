// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// The socket that the daemon makes itself, where systemd passes none.
package struct SocketFile {
    /// The file that programs connect to.
    package let path: String
    /// The socket, which listens.
    package let descriptor: Int32
    // Which file it is: another one may have its path by the end.
    private let identity: Identity?

    /// Connections that may wait to be accepted.
    private static let backlog: Int32 = 128

    /// Binds and listens; a file that a daemon left behind is taken over, one on which anybody may still answer is not.
    ///
    /// The file has its mode from the beginning: 0600, or 0660 with a group. A folder that is missing is made, and lets
    /// everybody through: who may connect is decided by the file.
    ///
    /// - Throws: ``StartFailure`` with the path and what to do.
    package init(path: String, group: gid_t?) throws(StartFailure) {
        self.path = path
        let address = try SocketAddress(path)
        try SocketFile.makeFolder(of: path)
        try SocketFile.removeStale(address)
        descriptor = try SocketFile.bind(address, mode: group == nil ? 0o600 : 0o660)
        identity = Identity(path)
        if let group, lchown(path, uid_t.max, group) != 0 { throw .cannotCreate(path, "chown", errno) }
        guard listen(descriptor, SocketFile.backlog) == 0 else { throw .cannotCreate(path, "listen", errno) }
    }

    /// Opens the file to a group that was not known when it was made, or stands for another id since; why that cannot
    /// be done, where it cannot.
    package func admit(_ group: gid_t) -> String? {
        var status = stat()
        guard identity == Identity(path), lstat(path, &status) == 0 else { return "it is another file by now" }
        if status.st_gid == group, status.st_mode & 0o777 == 0o660 { return nil }
        guard lchown(path, uid_t.max, group) == 0, fchmodat(AT_FDCWD, path, 0o660, AT_SYMLINK_NOFOLLOW) == 0 else {
            return String(cString: strerror(errno))
        }
        return nil
    }

    /// Removes the file, when nobody is to connect any more; what has taken its place is left alone.
    package func remove() {
        guard identity == Identity(path) else { return }
        unlink(path)
    }

    // chmod(2), since mkdir(2) heeds the umask; one that was there already is as somebody wants it.
    private static func makeFolder(of path: String) throws(StartFailure) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        guard mkdir(folder, 0o700) == 0 else {
            guard errno == EEXIST else { throw .cannotCreate(folder, "mkdir", errno) }
            return
        }
        guard chmod(folder, 0o755) == 0 else { throw .cannotCreate(folder, "chmod", errno) }
    }

    private static func removeStale(_ address: SocketAddress) throws(StartFailure) {
        let path = address.path
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .cannotCreate(path, "lstat", errno) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw StartFailure(
                status: StartFailure.cannotCreate,
                message: "\(path) is there and is not a socket: remove it, or use --socket")
        }
        switch address.probe() {
        case .nobody: break
        case .somebody:
            throw StartFailure(
                status: StartFailure.taken,
                message: "\(path): a daemon answers on it already: stop it, or use --socket")
        case .unknown(let reason):
            throw StartFailure(
                status: StartFailure.cannotCreate,
                message: """
                    \(path) is there, and whether anybody answers on it cannot be told: \(reason): remove it if nobody \
                    does, or use --socket
                    """)
        }
        guard unlink(path) == 0 || errno == ENOENT else { throw .cannotCreate(path, "unlink", errno) }
    }

    private static func bind(_ address: SocketAddress, mode: mode_t) throws(StartFailure) -> Int32 {
        let descriptor = SocketAddress.makeSocket()
        guard descriptor >= 0 else { throw .cannotCreate(address.path, "socket", errno) }
        let before = umask(0o777 & ~mode)
        defer { umask(before) }
        guard address.with({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
            throw .cannotCreate(address.path, "bind", errno)
        }
        return descriptor
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
        let hint = error == EACCES ? ": start it as root, or with --socket and --state-directory of your own" : ""
        return StartFailure(
            status: StartFailure.cannotCreate, message: "\(path): \(call): \(String(cString: strerror(error)))\(hint)")
    }
}
