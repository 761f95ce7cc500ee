// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

extension EventLoop {
    /// Has a connection looked at before the loop sleeps again.
    func touch(_ connection: Connection) {
        guard !connection.isTouched else { return }
        connection.isTouched = true
        touched.append(connection)
    }

    func settleTouched() {
        // By index: settling one may touch another.
        var index = 0
        while index < touched.count {
            let connection = touched[index]
            connection.isTouched = false
            settle(connection)
            index += 1
        }
        touched.removeAll(keepingCapacity: true)
    }

    /// Brings a connection to where its state leads: on with input that waited, to its end, to what epoll reports.
    private func settle(_ connection: Connection) {
        // Its descriptor may be another's by now.
        guard connection.phase != .closed else { return }
        // Where the kernel is asked to report room, it had none.
        if connection.interest & CLINUX_EPOLLOUT == 0 { flush(connection) }
        answerWaitingLines(connection)
        if connection.isFinished { close(connection) }
        guard connection.phase != .closed else { return }
        connection.output.isOverfull = connection.output.unsent.count > limits.unsentBytes
        if agenda.stopsAt != nil { cutOff(connection) }
        if case .draining = connection.phase, connection.isAnswered { silence(connection) }
        report(connection)
    }

    // Once: the peer reads its last answer, and then the end.
    private func silence(_ connection: Connection) {
        guard !connection.output.isSilenced else { return }
        connection.output.isSilenced = true
        shutdown(connection.socket, Int32(SHUT_WR))
    }

    /// Asks the kernel to report what is of interest now.
    private func report(_ connection: Connection) {
        var interest: UInt32 = connection.output.unsent.isEmpty ? 0 : CLINUX_EPOLLOUT
        if connection.isReading { interest |= CLINUX_EPOLLIN }
        guard interest != connection.interest else { return }
        // While nothing was read, the line had no chance to go on.
        let wasReading = connection.interest & CLINUX_EPOLLIN != 0
        if !wasReading, connection.isReading, connection.input.lineSince != nil { startLineClock(of: connection) }
        connection.interest = interest
        clinux_epoll_control(poller.epoll, CLINUX_EPOLL_MODIFY, connection.socket, interest, connection.token)
    }

    /// Ends a connection that cannot go on: says why.
    func give(up connection: Connection, because fault: ConnectionFault) {
        service.note(fault)
        end(connection, saying: service.complaint(about: fault), within: LineLimits.drain)
    }

    /// Ends a connection with a last word; what comes meanwhile is thrown away, so that the peer can read it, and what
    /// came with the line that is being handled as well.
    package func end(_ connection: Connection, saying lastWord: [UInt8], within time: Duration) {
        connection.isHeld = false
        connection.input.bytes = []
        connection.input.hasWaitingLines = false
        connection.input.lineSince = nil
        connection.phase = .draining(until: now + time)
        connection.output.pausedAbove = -1
        sweep(at: now + time)
        send(lastWord, to: connection)
    }
}
