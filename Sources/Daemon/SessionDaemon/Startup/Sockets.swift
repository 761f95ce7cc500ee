// SPDX-License-Identifier: Apache-2.0

import Glibc
import LineServer
import Logging
import SessionServer
import SessiondLinux
import SessiondSystemd

/// Where connections come from: what systemd passed, else a socket of our own.
struct Sockets {
    let listeners: [Listener]
    private let own: SocketFile?

    /// Takes what systemd passed; descriptors that are no listening sockets are closed with a warning.
    ///
    /// - Parameter groupStanding: How it stands with the name of `--socket-group`; `nil`: none was given.
    init(
        inherited: [InheritedDescriptor], options: Options, groupStanding: NameStanding?, logger: Logger
    ) throws(StartFailure) {
        var listeners: [Listener] = []
        for descriptor in inherited {
            switch descriptor.kind {
            case .listeningUnixStream:
                _ = fcntl(descriptor.descriptor, F_SETFL, fcntl(descriptor.descriptor, F_GETFL) | O_NONBLOCK)
                let role: ListenerRole = descriptor.name == "observer" ? .observer : .client
                listeners.append(Listener(socket: descriptor.descriptor, role: role.rawValue))
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
        if case .absent = groupStanding {
            throw StartFailure(
                status: StartFailure.cannotCreate,
                message: "--socket-group: there is no group \(options.socketGroup ?? "")")
        }
        let file = try SocketFile(path: options.socket, group: groupStanding?.id)
        (self.listeners, own) = ([Listener(socket: file.descriptor, role: ListenerRole.client.rawValue)], file)
    }

    /// Opens a socket of our own to its group, where it is known by now which that is.
    func admit(_ groupStanding: NameStanding?, logger: Logger) {
        guard let own, let group = groupStanding?.id, let failure = own.admit(group) else { return }
        logger.error("\(own.path) stays closed to its group: \(failure)")
    }

    /// Removes a socket of our own.
    func remove() { own?.remove() }
}
