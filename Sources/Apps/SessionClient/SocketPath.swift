// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux

/// Where the daemon listens: a path that fits into a socket's address.
public struct SocketPath: Sendable, Hashable, CustomStringConvertible {
    /// The path itself.
    public let description: String

    /// The daemon's own socket.
    public static let standard = SocketPath(unchecked: "/run/sessiond/sessiond.sock")
    /// The environment variable that names another one; not read in a program that runs with more rights than its
    /// caller (secure_getenv(3)).
    public static let environmentVariable = "SESSIOND_SOCKET"
    /// The longest path, in bytes: `sun_path` has 108 with the NUL at its end (unix(7)).
    public static let maximumBytes = 107

    /// A given path.
    ///
    /// - Throws: ``ClientError/Code/invalidSocketPath``: empty, longer than ``maximumBytes``, or with a NUL in it.
    public init(_ path: String) throws(ClientError) {
        guard !path.isEmpty else { throw .invalidSocketPath(path, "it is empty") }
        guard !path.utf8.contains(0) else { throw .invalidSocketPath(path, "it has a NUL in it") }
        guard path.utf8.count <= SocketPath.maximumBytes else {
            let limit = "\(path.utf8.count) bytes, and a socket's path has at most \(SocketPath.maximumBytes)"
            throw .invalidSocketPath(path, "it has \(limit)")
        }
        description = path
    }

    /// The socket beside it for those who may see the session, and get no token; the package makes it.
    package var observers: SocketPath {
        let folder = description.lastIndex(of: "/").map { description[...$0] } ?? ""
        return (try? SocketPath(folder + "observer.sock")) ?? self
    }

    private init(unchecked path: String) { description = path }

    /// What applies without a path given: `SESSIOND_SOCKET` where it is set and not empty, else ``standard``.
    ///
    /// - Throws: ``ClientError/Code/invalidSocketPath`` for what the variable says.
    public static func fromEnvironment() throws(ClientError) -> SocketPath {
        guard let value = clinux_secure_getenv(environmentVariable) else { return .standard }
        let path = String(cString: value)
        return path.isEmpty ? .standard : try SocketPath(path)
    }
}
