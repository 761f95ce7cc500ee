// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

extension EventLoop {
    /// Accepts all connections that wait at a socket.
    func accept(from listener: Listener) {
        guard acceptsAgainAt == nil else { return }
        while true {
            let socket = clinux_accept(listener.socket)
            if socket >= 0 {
                admit(socket, by: listener.role)
            } else if errno == EMFILE || errno == ENFILE {
                return shed(listener)
            } else if errno == EAGAIN || (errno != EINTR && errno != ECONNABORTED) {
                return
            }
        }
    }

    /// Descriptors have run out: who waits is told so with the one in reserve; without that, the socket rests a while.
    private func shed(_ listener: Listener) {
        var hasShed = false
        let isLent = reserve.lend {
            let socket = clinux_accept(listener.socket)
            guard socket >= 0 else { return }
            refuse(socket)
            hasShed = true
        }
        if !isLent || !hasShed { restListeners() }
    }

    private func restListeners() {
        acceptsAgainAt = now + .milliseconds(200)
        for listener in listeners { clinux_epoll_control(epoll, CLINUX_EPOLL_DELETE, listener.socket, 0, 0) }
    }

    func acceptAgain() {
        acceptsAgainAt = nil
        reserve.refill()
        guard stopsAt == nil else { return }
        for listener in listeners {
            let token = UInt64(UInt32(bitPattern: listener.socket))
            clinux_epoll_control(epoll, CLINUX_EPOLL_ADD, listener.socket, CLINUX_EPOLLIN, token)
        }
    }

    private func admit(_ socket: Int32, by role: ListenerRole) {
        guard let peer = Peer(socket: socket), hasRoom(for: peer) else { return refuse(socket) }
        let context = service.accept(peer, by: role)
        lastSerial = lastSerial == .max ? 1 : lastSerial + 1
        let connection = Connection(socket: socket, serial: lastSerial, peer: peer, context: context, now: now)
        connection.interest = CLINUX_EPOLLIN
        guard clinux_epoll_control(epoll, CLINUX_EPOLL_ADD, socket, CLINUX_EPOLLIN, connection.token) == 0 else {
            Glibc.close(socket)
            return
        }
        if Int(socket) >= connections.count {
            connections += Array(repeating: nil, count: Int(socket) + 1 - connections.count)
        }
        connections[Int(socket)] = connection
        connectionCount += 1
        connectionsByUser[peer.uid, default: 0] += 1
        watchIdleness()
    }

    private func hasRoom(for peer: Peer) -> Bool {
        let extra = service.isPrivileged(peer) ? limits.reservedConnections : 0
        return connectionCount < limits.connections + extra
            && connectionsByUser[peer.uid, default: 0] < limits.connectionsPerUser + extra
    }

    private func refuse(_ socket: Int32) {
        _ = service.complaint(about: .tooManyConnections).withUnsafeBytes { SessionServer.send($0, socket) }
        Glibc.close(socket)
    }

    /// Closes a connection; who waited there waits no longer.
    func close(_ connection: Connection<Service.Context>) {
        guard connection.phase != .closed else { return }
        connection.phase = .closed
        connection.input = []
        connection.unsent.removeAll()
        Glibc.close(connection.socket)
        connections[Int(connection.socket)] = nil
        connectionCount -= 1
        connectionsByUser[connection.peer.uid, default: 1] -= 1
        if connectionsByUser[connection.peer.uid] == 0 { connectionsByUser[connection.peer.uid] = nil }
        service.closed(connection)
    }
}
