// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

extension EventLoop {
    /// Has a connection looked at before the loop sleeps again.
    func touch(_ connection: Connection) {
        guard !connection.isTouched else { return }
        connection.isTouched = true
        unsettled.touched.append(connection)
    }

    /// Brings some of those who were told something to where their state leads; the others have their turn after what
    /// has come meanwhile.
    func settleTold() {
        for _ in 0..<LineLimits.toldAtOnce {
            guard let connection = unsettled.told.next() else { return }
            settle(connection)
        }
    }

    func settleTouched() {
        // By index: settling one may touch another.
        var index = 0
        while index < unsettled.touched.count {
            let connection = unsettled.touched[index]
            connection.isTouched = false
            settle(connection)
            index += 1
        }
        unsettled.touched.removeAll(keepingCapacity: true)
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

/// Connections that are still to be brought to where their state leads.
struct UnsettledConnections {
    /// What has to be looked at before the loop sleeps again.
    var touched: [Connection] = []
    /// What is written to in turns, so that nobody has to wait for all of it.
    var told = ToldConnections()
}

/// Connections that have something to be written which is not urgent: thousands, where thousands are told the same.
struct ToldConnections {
    private var waiting: [Connection] = []
    private var first = 0
    private static let mostTaken = 1024

    var isEmpty: Bool { first == waiting.count }
    /// How many are kept in mind, with those that were taken.
    var kept: Int { waiting.count }

    /// Adds a connection behind the others; only once, however much it is told.
    mutating func add(_ connection: Connection) {
        guard !connection.isTold else { return }
        connection.isTold = true
        waiting.append(connection)
    }

    /// Takes the one that has waited longest.
    mutating func next() -> Connection? {
        guard !isEmpty else { return nil }
        let connection = waiting[first]
        connection.isTold = false
        first += 1
        if isEmpty {
            (waiting, first) = ([], 0)
        } else if first > ToldConnections.mostTaken, first > waiting.count / 2 {
            // It may never be empty: where more is told all the time than can be written.
            waiting.removeFirst(first)
            first = 0
        }
        return connection
    }
}
