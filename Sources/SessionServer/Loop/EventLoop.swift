// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import SessionCore
import SessionProtocol

/// Accepts, reads, splits into lines and writes: one thread, epoll(7), level-triggered.
///
/// Of each wake-up it makes one read and one write per connection, however many requests there are. It knows nothing
/// of sessions: what the lines say is its service's affair.
final class EventLoop<Service: LineService> {
    let service: Service
    let mailbox: LoopMailbox<Service.Message>
    let limits: ServerLimits
    /// CLOCK_BOOTTIME at the last wake-up.
    private(set) var now: Duration
    var connections: [Connection<Service.Context>?] = []
    var connectionCount = 0
    var connectionsByUser: [UInt32: Int] = [:]
    var listeners: [Listener]
    var reserve = ReserveDescriptor()
    // Until then listening sockets are left alone: descriptors have run out, and so has the reserve.
    var acceptsAgainAt: Duration?
    var lastSerial: UInt32 = 0
    var stopsAt: Duration?
    let epoll = clinux_epoll_create()
    let clock: any SessionClock
    private let signals: Int32
    private var nextSweep: Duration?
    private let onInterval: (interval: Duration, action: () -> Void)?
    private var intervalEndsAt: Duration?
    // Shared by all connections: what one does not use up is copied out before the next is read.
    private let input = UnsafeMutableBufferPointer<UInt8>.allocate(
        capacity: WireLimits.requestLineBytes + ServerLimits.readBytes)
    private var output: [UInt8] = []

    init(
        service: Service, mailbox: LoopMailbox<Service.Message>, listeners: [Listener], limits: ServerLimits,
        clock: any SessionClock, onInterval: (interval: Duration, action: () -> Void)?
    ) {
        (self.service, self.mailbox, self.listeners, self.limits) = (service, mailbox, listeners, limits)
        (self.clock, self.onInterval) = (clock, onInterval)
        now = clock.now().boottime
        signals = clinux_signalfd([SIGTERM, SIGINT], 2)
        signal(SIGPIPE, SIG_IGN)
        output.reserveCapacity(ServerLimits.gatheredBytes)
        watch(mailbox.descriptor)
        watch(signals)
        intervalEndsAt = onInterval.map { now + $0.interval }
    }

    deinit {
        input.deallocate()
        Glibc.close(epoll)
        Glibc.close(signals)
    }

    /// Takes connections from now on.
    func listen() {
        for listener in listeners { watch(listener.socket) }
    }

    /// Runs until the daemon was asked to stop and has stopped.
    func run() {
        var events = [clinux_event](repeating: clinux_event(), count: 64)
        while stopsAt == nil || (connectionCount > 0 && now < stopsAt ?? .zero) {
            let count = clinux_epoll_wait(epoll, &events, Int32(events.count), timeoutMilliseconds)
            now = clock.now().boottime
            for index in 0..<max(Int(count), 0) { handle(events[index]) }
            passTime()
        }
        for connection in connections.compactMap({ $0 }) { close(connection) }
    }

    private func watch(_ descriptor: Int32) {
        let token = UInt64(UInt32(bitPattern: descriptor))
        clinux_epoll_control(epoll, CLINUX_EPOLL_ADD, descriptor, CLINUX_EPOLLIN, token)
    }

    private func handle(_ event: clinux_event) {
        let descriptor = Int32(truncatingIfNeeded: event.data)
        let serial = UInt32(truncatingIfNeeded: event.data >> 32)
        if serial != 0 {
            guard let connection = connection(descriptor, serial) else { return }
            handle(event.events, of: connection)
        } else if descriptor == mailbox.descriptor {
            for message in mailbox.takeAll() { service.receive(message) }
        } else if descriptor == signals {
            stop()
        } else if let listener = listeners.first(where: { $0.socket == descriptor }) {
            accept(from: listener)
        }
    }

    func connection(_ descriptor: Int32, _ serial: UInt32) -> Connection<Service.Context>? {
        guard descriptor < connections.count, let connection = connections[Int(descriptor)] else { return nil }
        return connection.serial == serial ? connection : nil
    }
}

// MARK: - Reading and writing

extension EventLoop {
    private func handle(_ events: UInt32, of connection: Connection<Service.Context>) {
        if events & CLINUX_EPOLLOUT != 0 { flush(connection) }
        let isGone = events & (CLINUX_EPOLLHUP | CLINUX_EPOLLERR) != 0
        // What a peer sent before it went away is still carried out.
        if events & CLINUX_EPOLLIN != 0 || isGone { readAndAnswer(connection) }
        if isGone {
            close(connection)
        } else {
            settle(connection)
        }
    }

    private func readAndAnswer(_ connection: Connection<Service.Context>) {
        if case .draining = connection.phase { return drain(connection) }
        guard connection.phase == .open, !connection.isPaused else { return }
        let kept = restoreInput(of: connection)
        let received = read(connection.socket, input.baseAddress.map { $0 + kept }, ServerLimits.readBytes)
        guard received > 0 else {
            if received == 0 {
                connection.phase = .inputEnded
            } else if errno != EAGAIN && errno != EINTR {
                close(connection)
            }
            return processInput(connection, count: kept)
        }
        connection.activeAt = now
        processInput(connection, count: kept + received)
    }

    /// Takes the lines out of the first bytes of `input` and keeps the rest with the connection.
    private func processInput(_ connection: Connection<Service.Context>, count: Int) {
        let bytes = UnsafeBufferPointer(rebasing: input[..<count])
        var start = 0
        var isTooLong = false
        lines: while !connection.isPaused && connection.phase != .closed {
            if output.count > ServerLimits.gatheredBytes { write(output, to: connection) }
            switch connection.splitter.next(in: bytes.span, from: start) {
            case .line(let range, let end):
                service.receive(bytes.span.extracting(range), from: connection, output: &output)
                start = end
            case .tooLong:
                isTooLong = true
                break lines
            case .incomplete(let unfinished):
                start = unfinished
                if connection.phase == .inputEnded { start = finish(connection, bytes, from: start) }
                break lines
            }
        }
        keep(start..<count, of: connection)
        write(output, to: connection)
        if isTooLong { give(up: connection, because: .lineTooLong) }
    }

    private func finish(
        _ connection: Connection<Service.Context>, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int {
        if let range = connection.splitter.finish(in: bytes.span, from: start) {
            service.receive(bytes.span.extracting(range), from: connection, output: &output)
        }
        return bytes.count
    }

    /// Puts what the connection kept to the beginning of `input`; its length.
    private func restoreInput(of connection: Connection<Service.Context>) -> Int {
        _ = UnsafeMutableRawBufferPointer(input).initializeMemory(as: UInt8.self, from: connection.input)
        return connection.input.count
    }

    private func keep(_ range: Range<Int>, of connection: Connection<Service.Context>) {
        if range.isEmpty {
            // The memory is given back: an idle connection costs next to nothing.
            if !connection.input.isEmpty { connection.input = [] }
            connection.lineSince = nil
        } else {
            connection.input = Array(UnsafeBufferPointer(rebasing: input[range]))
            if connection.lineSince == nil { connection.lineSince = now }
            sweep(at: now + limits.line)
        }
    }

    /// Writes answers that came outside of a wake-up of this connection.
    func send(_ bytes: [UInt8], to connection: Connection<Service.Context>) {
        output = bytes
        write(bytes, to: connection)
        settle(connection)
    }

    private func write(_ bytes: [UInt8], to connection: Connection<Service.Context>) {
        output.removeAll(keepingCapacity: true)
        guard !bytes.isEmpty, connection.phase != .closed else { return }
        guard connection.unsent.isEmpty else {
            connection.unsent += bytes
            return checkUnsent(connection)
        }
        let written = connection.take(bytes)
        if written < 0, errno != EAGAIN, errno != EINTR { return close(connection) }
        if written < bytes.count {
            connection.unsent = Array(bytes[max(written, 0)...])
            checkUnsent(connection)
        }
    }

    private func flush(_ connection: Connection<Service.Context>) {
        let written = connection.take(connection.unsent)
        if written < 0, errno != EAGAIN, errno != EINTR { return close(connection) }
        if written == connection.unsent.count {
            connection.unsent = []
        } else if written > 0 {
            connection.unsent.removeFirst(written)
        }
    }

    private func checkUnsent(_ connection: Connection<Service.Context>) {
        if connection.unsent.count > limits.unsentBytes { close(connection) }
    }

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
    private func hasWaitingLines(_ connection: Connection<Service.Context>) -> Bool {
        guard !connection.input.isEmpty, connection.phase == .open || connection.phase == .inputEnded else {
            return false
        }
        return connection.phase == .inputEnded || connection.input.contains(0x0A)
    }

    private func give(up connection: Connection<Service.Context>, because fault: ConnectionFault) {
        guard connection.phase != .closed else { return }
        connection.input = []
        connection.lineSince = nil
        connection.phase = .draining(until: now + ServerLimits.drain)
        write(service.complaint(about: fault), to: connection)
        sweep(at: now + ServerLimits.drain)
        settle(connection)
    }

    private func drain(_ connection: Connection<Service.Context>) {
        let received = read(connection.socket, input.baseAddress, ServerLimits.readBytes)
        if received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR) { close(connection) }
    }
}

// MARK: - Time

extension EventLoop {
    private var timeoutMilliseconds: Int32 {
        let next = [service.nextDeadline, nextSweep, intervalEndsAt, acceptsAgainAt, stopsAt].compactMap { $0 }.min()
        guard let next else { return -1 }
        let left = max(next - clock.now().boottime, .zero)
        // Rounded up: waking a moment early would spin.
        return Int32(clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func sweep(at instant: Duration) { nextSweep = min(nextSweep ?? instant, instant) }

    private func passTime() {
        if let deadline = service.nextDeadline, deadline <= now { service.deadlinePassed(at: now) }
        if let acceptsAgainAt, acceptsAgainAt <= now { acceptAgain() }
        if let sweepAt = nextSweep, sweepAt <= now { sweep() }
        if let ends = intervalEndsAt, ends <= now, let onInterval {
            onInterval.action()
            intervalEndsAt = now + onInterval.interval
        }
    }

    /// Ends what took too long, and notes when the next look is due.
    private func sweep() {
        nextSweep = nil
        for case let connection? in connections {
            if case .draining(let until) = connection.phase {
                if until <= now { close(connection) } else { sweep(at: until) }
            } else if let since = connection.lineSince, !connection.isPaused {
                if since + limits.line <= now {
                    give(up: connection, because: .lineTooSlow)
                } else {
                    sweep(at: since + limits.line)
                }
            } else if limits.idleConnection > .zero, connection.inFlight == 0 {
                let ends = connection.activeAt + limits.idleConnection
                if ends <= now { close(connection) } else { sweep(at: ends) }
            }
        }
    }

    func watchIdleness() {
        if limits.idleConnection > .zero { sweep(at: now + limits.idleConnection) }
    }

    /// Stops: no new connections, no new requests; what is under way is answered, within a bound.
    private func stop() {
        guard stopsAt == nil else { return }
        stopsAt = now + ServerLimits.gracefulStop
        service.beginStop()
        for listener in listeners { clinux_epoll_control(epoll, CLINUX_EPOLL_DELETE, listener.socket, 0, 0) }
        for case let connection? in connections {
            // What has arrived already is refused by name rather than by silence.
            readAndAnswer(connection)
            if connection.phase == .open { connection.phase = .inputEnded }
            settle(connection)
        }
    }
}
