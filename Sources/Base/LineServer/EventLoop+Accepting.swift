// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

extension EventLoop {
    /// Accepts where somebody waits, after everything else of a wake-up: the kernel may report the socket before the end of
    /// a connection that its peer has closed to connect again.
    func acceptReady() {
        for index in entrance.ready { accept(fromListenerAt: index) }
        entrance.ready.removeAll(keepingCapacity: true)
    }

    /// Accepts connections that wait at a socket; where there are many, some of them, so that others get their turn.
    private func accept(fromListenerAt index: Int) {
        guard entrance.acceptsAgainAt == nil, agenda.stopsAt == nil else { return }
        let listener = entrance.listeners[index]
        // To look in vain costs the kernel nearly as much as a connection does: only where they come one upon the other
        // is it likely that there is another.
        let isCrowded = entrance.acceptedIn[index] &+ 1 == order.wakeUps
        entrance.acceptedIn[index] = order.wakeUps
        let before = order.movedBytes
        for _ in 0..<(isCrowded ? LineLimits.acceptedAtOnce : 1)
        where order.movedBytes - before < LineLimits.turnBytesAtOnce {
            let socket = clinux_accept(listener.socket)
            if socket >= 0 {
                // Mostly the first request is there already. In a crowd it has to wait: its peer may have ended another
                // connection while this went through them.
                admit(socket, by: listener.role, readingAtOnce: !isCrowded)
            } else if errno == EMFILE || errno == ENFILE {
                guard entrance.turnedAway.count > 0 else { return shed(listener) }
                entrance.turnedAway.endAll()
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR && errno != ECONNABORTED {
                // Such as no memory: the connection still waits, and asking again at once would spin.
                return restListeners()
            }
        }
    }

    /// Descriptors have run out: who waits is told so with the one in reserve; without that, the socket rests a while.
    private func shed(_ listener: Listener) {
        var socket: Int32 = -1
        var failure: Int32 = 0
        // Taken out for as long as it is lent: who is refused hears what the entrance has prepared.
        var reserve = entrance.reserve
        let isLent = reserve.lend {
            socket = clinux_accept(listener.socket)
            if socket >= 0 { refuse(socket) } else { failure = errno }
        }
        entrance.reserve = reserve
        // The kernel looks for a descriptor before it looks whether anybody waits: mostly nobody does.
        if !isLent || (socket < 0 && failure != EAGAIN) { restListeners() }
    }

    private func restListeners() {
        entrance.acceptsAgainAt = now + LineLimits.acceptRest
        for listener in entrance.listeners {
            poller.ignore(listener.socket)
        }
    }

    func acceptAgain() {
        entrance.acceptsAgainAt = nil
        entrance.reserve.refill()
        if agenda.stopsAt == nil { listen() }
    }

    private func admit(_ socket: Int32, by role: Int, readingAtOnce readsAtOnce: Bool) {
        guard var peer = Peer(socket: socket) else { return refuse(socket, because: .unknownPeer) }
        let serial = peers.nextSerial()
        let token = Connection.token(socket: socket, serial: serial)
        guard hasRoom(for: peer) else { return turnAway(socket, token) }
        guard clinux_epoll_control(poller.epoll, CLINUX_EPOLL_ADD, socket, CLINUX_EPOLLIN, token) == 0 else {
            return refuse(socket)
        }
        peers.share(groupsOf: &peer)
        // The kernel writes them one by one: after thousands others get their turn.
        order.movedBytes += peer.groups.count * MemoryLayout<gid_t>.size
        let (context, bits) = service.accept(peer, by: role)
        let connection = Connection(
            socket: socket, serial: serial, peer: peer, context: context, bits: bits,
            longestLineBytes: limits.longestLineBytes, now: now)
        connection.interest = CLINUX_EPOLLIN
        peers.add(connection)
        watchIdleness()
        if readsAtOnce { handle(CLINUX_EPOLLIN, of: connection) }
    }

    private func hasRoom(for peer: Peer) -> Bool {
        hasRoom(for: peer, extra: 0)
            || service.isPrivileged(peer) && hasRoom(for: peer, extra: limits.reservedConnections)
    }

    /// Whether there would be no room for a connection but for the reserve.
    package func isReserved(_ connection: Connection) -> Bool { !hasRoom(for: connection.peer, extra: 1) }

    private func hasRoom(for peer: Peer, extra: Int) -> Bool {
        peers.count < limits.connections + extra
            && peers.byUser[peer.uid, default: 0] < limits.connectionsPerUser + extra
    }

    /// Tells a peer that there is no room, and lets it wait for the end of the connection.
    private func turnAway(_ socket: Int32, _ token: UInt64) {
        guard complain(to: socket, about: .tooManyConnections) else { return _ = Glibc.close(socket) }
        guard entrance.turnedAway.count < entrance.mostTurnedAway,
            clinux_epoll_control(poller.epoll, CLINUX_EPOLL_ADD, socket, 0, token) == 0
        else { return TurnedAway.close(socket) }
        entrance.turnedAway.add(token, until: now + LineLimits.turnedAway)
    }

    private func refuse(_ socket: Int32, because fault: ConnectionFault = .tooManyConnections) {
        complain(to: socket, about: fault)
        TurnedAway.close(socket)
    }

    /// Says why there is no connection; whether the peer is there to hear it.
    @discardableResult
    private func complain(to socket: Int32, about fault: ConnectionFault) -> Bool {
        service.note(fault)
        let complaint = fault == .tooManyConnections ? entrance.noRoom : service.complaint(about: fault)
        return complaint.withUnsafeBytes { LineServer.send($0, socket) } > 0
    }

    /// Closes a connection; who waited there waits no longer.
    package func close(_ connection: Connection) {
        guard connection.phase != .closed else { return }
        connection.phase = .closed
        connection.input.bytes = []
        connection.output.unsent.removeAll()
        Glibc.close(connection.socket)
        peers.remove(connection)
        service.closed(connection)
    }
}
