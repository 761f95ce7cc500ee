// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

extension EventLoop {
    /// Brings a connection to where its state leads: on with input that waited, to its end, to what epoll reports.
    func settle(_ connection: Connection<Service.Context>) {
        guard connection.phase != .closed else { return }
        while !connection.isPaused, hasWaitingLines(connection) {
            processInput(connection, count: restoreInput(of: connection))
            if connection.phase == .closed { return }
        }
        if connection.isFinished { return close(connection) }
        if case .draining = connection.phase, connection.unsent.isEmpty { shutdown(connection.socket, Int32(SHUT_WR)) }
        var interest: UInt32 = connection.unsent.isEmpty ? 0 : CLINUX_EPOLLOUT
        if connection.phase != .inputEnded, !connection.isPaused { interest |= CLINUX_EPOLLIN }
        guard interest != connection.interest else { return }
        connection.interest = interest
        clinux_epoll_control(epoll, CLINUX_EPOLL_MODIFY, connection.socket, interest, connection.token)
    }

    // Lines that were read and left alone because the peer did not take its answers.
    func hasWaitingLines(_ connection: Connection<Service.Context>) -> Bool {
        guard !connection.input.isEmpty, connection.phase == .open || connection.phase == .inputEnded else {
            return false
        }
        return connection.phase == .inputEnded || connection.input.contains(0x0A)
    }

    func give(up connection: Connection<Service.Context>, because fault: ConnectionFault) {
        guard connection.phase != .closed else { return }
        connection.input = []
        connection.lineSince = nil
        connection.phase = .draining(until: now + ServerLimits.drain)
        write(service.complaint(about: fault), to: connection)
        sweep(at: now + ServerLimits.drain)
        settle(connection)
    }

    func drain(_ connection: Connection<Service.Context>) {
        let received = read(connection.socket, input.baseAddress, ServerLimits.readBytes)
        if received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR) { close(connection) }
    }
}
