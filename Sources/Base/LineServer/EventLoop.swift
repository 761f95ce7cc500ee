// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// Accepts, reads, splits into lines and writes: one thread, epoll(7), level-triggered.
///
/// Of each wake-up it makes one read and one write per connection, however many requests there are. It knows nothing
/// of sessions: what the lines say is its service's affair.
package final class EventLoop<Service: LineService> {
    let service: Service
    package let mailbox: LoopMailbox<Service.Message>
    package private(set) var limits: LineLimits
    /// CLOCK_BOOTTIME at the last wake-up.
    private(set) var now: Duration {
        didSet { service.now = now }
    }
    package var connections: [Connection<Service.Context>?] = []
    package internal(set) var connectionCount = 0
    var connectionsByUser: [UInt32: Int] = [:]
    var listeners: [Listener<Service.Role>]
    var reserve = ReserveDescriptor()
    // How often the loop has woken up, and when for whom of the listeners last.
    private(set) var wakeUps: UInt64 = 0
    var acceptedIn: [UInt64]
    // Until then listening sockets are left alone: descriptors have run out, and so has the reserve.
    var acceptsAgainAt: Duration?
    var turnedAway = TurnedAway()
    private(set) var mostTurnedAway: Int
    // What they hear, prepared: it may be said very often.
    private(set) lazy var noRoom = service.complaint(about: .tooManyConnections)
    var lastSerial: UInt32 = 0
    // What was read and answered ever since.
    var movedBytes = 0
    // Who is served first of those that wait together.
    var firstTurn = 0
    // Where somebody waits to be accepted.
    var readyListeners: [Int] = []
    // What has to be looked at before the loop sleeps again.
    var touched: [Connection<Service.Context>] = []
    var stopsAt: Duration?
    // CLOCK_BOOTTIME.
    let clock: @Sendable () -> Duration
    var nextSweep: Duration?
    private let epollOwner: OwnedDescriptor
    private let signalsOwner: OwnedDescriptor
    let onInterval: (interval: Duration, action: () -> Void)?
    var intervalEndsAt: Duration?
    // Shared by all connections: what one does not use up is copied out before the next is read.
    let input: UnsafeMutableBufferPointer<UInt8>
    // So are the answers that are gathered of one connection's lines.
    var output: [UInt8] = []

    /// A loop that serves nobody yet. SIGTERM, SIGINT and SIGHUP are blocked in the calling thread: the first
    /// two end ``run()``, the last goes to the service.
    ///
    /// - Throws: ``ServerError``: the kernel gives it no descriptors.
    package init(
        service: Service, mailbox: LoopMailbox<Service.Message>, listeners: [Listener<Service.Role>],
        limits: LineLimits,
        clock: @escaping @Sendable () -> Duration, onInterval: (interval: Duration, action: () -> Void)?
    ) throws(ServerError) {
        (self.service, self.mailbox, self.listeners, self.limits) = (service, mailbox, listeners, limits)
        (self.clock, self.onInterval) = (clock, onInterval)
        input = .allocate(capacity: limits.longestLineBytes + LineLimits.readBytes)
        mostTurnedAway = limits.mostTurnedAway
        acceptedIn = Array(repeating: 0, count: listeners.count)
        epollOwner = try OwnedDescriptor(clinux_epoll_create(), from: "epoll_create1")
        signalsOwner = try OwnedDescriptor(clinux_signalfd([SIGTERM, SIGINT, SIGHUP], 3), from: "signalfd")
        now = clock()
        service.now = now
        signal(SIGPIPE, SIG_IGN)
        output.reserveCapacity(LineLimits.outputCapacity)
        watch(mailbox.descriptor)
        watch(signals)
        intervalEndsAt = onInterval.map { now + $0.interval }
    }

    deinit { input.deallocate() }

    var epoll: Int32 { epollOwner.number }
    var signals: Int32 { signalsOwner.number }

    /// Takes connections from now on.
    package func listen() {
        guard stopsAt == nil else { return }
        for listener in listeners { watch(listener.socket) }
    }

    /// Runs until the daemon was asked to stop and has stopped.
    package func run() {
        var events = [clinux_event](repeating: clinux_event(), count: LineLimits.eventsAtOnceOfMany)
        while let timeout = nextTimeoutMilliseconds {
            let count = clinux_epoll_wait(epoll, &events, min(eventCapacity, Int32(events.count)), timeout)
            // Nothing else can go wrong with valid arguments; going on would spin.
            guard count >= 0 || errno == EINTR else { break }
            now = clock()
            wakeUps &+= 1
            takeTurns(events.span.extracting(..<max(Int(count), 0)))
            acceptReady()
            passTime()
            settleTouched()
            service.wakeUpEnded()
        }
        for case let connection? in connections { close(connection) }
        turnedAway.endAll()
        service.endStop()
    }

    /// Follows other limits; connections that are there may stay, whatever their number.
    package func adopt(_ limits: LineLimits) {
        self.limits = limits
        mostTurnedAway = limits.mostTurnedAway
        sweep(at: now)
    }

    package func forEachConnection(_ body: (Connection<Service.Context>) -> Void) {
        for case let connection? in connections { body(connection) }
    }

    func watch(_ descriptor: Int32) {
        let token = UInt64(UInt32(bitPattern: descriptor))
        clinux_epoll_control(epoll, CLINUX_EPOLL_ADD, descriptor, CLINUX_EPOLLIN, token)
    }

    func handle(_ event: clinux_event) {
        let descriptor = Int32(truncatingIfNeeded: event.data)
        let serial = UInt32(truncatingIfNeeded: event.data >> 32)
        if serial != 0 {
            guard let connection = connection(of: event) else { return _ = turnedAway.end(event.data) }
            handle(event.events, of: connection)
        } else if descriptor == mailbox.descriptor {
            for message in mailbox.takeAll() { service.receive(message) }
        } else if descriptor == signals {
            takeSignals()
        } else if let index = listeners.firstIndex(where: { $0.socket == descriptor }) {
            readyListeners.append(index)
        }
    }

    /// The connection that an event is about; `nil`: it is about something else, or what it was about has ended.
    func connection(of event: clinux_event) -> Connection<Service.Context>? {
        let index = Int(truncatingIfNeeded: event.data & UInt64(UInt32.max))
        guard index < connections.count, let connection = connections[index] else { return nil }
        return connection.token == event.data ? connection : nil
    }
}
