// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import SessionDaemon
import SessionServer
import SystemAccounts
import Systemd

/// Where connections come from: what systemd passed, else a socket of our own.
struct Sockets {
    let listeners: [Listener]
    private let own: SocketFile?

    /// Takes what systemd passed; descriptors that are no listening sockets are closed with a warning.
    init(inherited: [InheritedDescriptor], options: Options, logger: Logger) throws(StartFailure) {
        var listeners: [Listener] = []
        for descriptor in inherited {
            switch descriptor.kind {
            case .listeningUnixStream:
                _ = fcntl(descriptor.descriptor, F_SETFL, fcntl(descriptor.descriptor, F_GETFL) | O_NONBLOCK)
                let role: ListenerRole = descriptor.name == "observer" ? .observer : .client
                listeners.append(Listener(socket: descriptor.descriptor, role: role))
            case .other:
                let name = descriptor.name
                logger.warning(
                    "descriptor \(descriptor.descriptor) (\(name)) is no listening Unix stream socket: closed")
                close(descriptor.descriptor)
            }
        }
        guard listeners.isEmpty else {
            (self.listeners, own) = (listeners, nil)
            return
        }
        let group = try options.socketGroup.map { name throws(StartFailure) in try Sockets.id(ofGroup: name) }
        let file = try SocketFile(path: options.socket, group: group)
        (self.listeners, own) = ([Listener(socket: file.descriptor, role: .client)], file)
    }

    private static func id(ofGroup name: String) throws(StartFailure) -> gid_t {
        guard let id = AccountDatabase.group(named: name) else {
            throw StartFailure(status: StartFailure.cannotCreate, message: "--socket-group: there is no group \(name)")
        }
        return id
    }

    /// Removes a socket of our own.
    func remove() { own?.remove() }
}
