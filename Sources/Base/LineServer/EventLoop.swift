// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// Accepts, reads, splits into lines and writes: one thread, epoll(7), level-triggered.
///
/// Of each wake-up it makes one read and one write per connection, however many requests there are. It knows nothing
/// of sessions: what the lines say is its service's affair.
package final class EventLoop {
    let service: any LineService
    // Readable while other threads have sent the service something.
    private let wakeUpDescriptor: Int32
    package private(set) var limits: LineLimits
    /// CLOCK_BOOTTIME at the last wake-up.
    private(set) var now: Duration {
        didSet { service.now = now }
    }
    // CLOCK_BOOTTIME.
    let clock: @Sendable () -> Duration
    let poller: Poller
    var peers = ConnectionTable()
    var entrance: Entrance
    var order = TurnOrder()
    var agenda: Agenda
    var buffers: LoopBuffers
    var unsettled = UnsettledConnections()

    /// A loop that serves nobody yet. SIGTERM, SIGINT and SIGHUP are blocked in the calling thread: the first
    /// two end ``run()``, the last goes to the service.
    ///
    /// - Throws: ``ServerError``: the kernel gives it no descriptors.
    package init(
        service: any LineService, wakenBy descriptor: Int32, listeners: [Listener], limits: LineLimits,
        clock: @escaping @Sendable () -> Duration, onInterval: (interval: Duration, action: () -> Void)?
    ) throws(ServerError) {
        (self.service, wakeUpDescriptor, self.limits, self.clock) = (service, descriptor, limits, clock)
        poller = try Poller()
        entrance = Entrance(listeners, limits, noRoom: service.complaint(about: .tooManyConnections))
        buffers = LoopBuffers(longestLineBytes: limits.longestLineBytes)
        let start = clock()
        (now, agenda) = (start, Agenda(onInterval: onInterval, at: start))
        service.now = start
        signal(SIGPIPE, SIG_IGN)
        poller.watch(descriptor)
        poller.watch(poller.signals)
    }

    deinit { buffers.deallocate() }

    /// How many are connected.
    package var connectionCount: Int { peers.count }

    /// Takes connections from now on.
    package func listen() {
        guard agenda.stopsAt == nil else { return }
        for listener in entrance.listeners { poller.watch(listener.socket) }
    }

    /// Runs until the daemon was asked to stop and has stopped.
    package func run() {
        var events = [clinux_event](repeating: clinux_event(), count: LineLimits.eventsAtOnceOfMany)
        while let timeout = nextTimeoutMilliseconds {
            let count = clinux_epoll_wait(poller.epoll, &events, min(eventCapacity, Int32(events.count)), timeout)
            // Nothing else can go wrong with valid arguments; going on would spin.
            guard count >= 0 || errno == EINTR else { break }
            now = clock()
            order.wakeUps &+= 1
            takeTurns(events.span.extracting(..<max(Int(count), 0)))
            acceptReady()
            passTime()
            settleTold()
            settleTouched()
            service.wakeUpEnded()
        }
        for case let connection? in peers.all { close(connection) }
        entrance.turnedAway.endAll()
        service.endStop()
    }

    /// Follows other limits; connections that are there may stay, whatever their number.
    package func adopt(_ limits: LineLimits) {
        self.limits = limits
        entrance.mostTurnedAway = limits.mostTurnedAway
        sweep(at: now)
    }

    package func forEachConnection(_ body: (Connection) -> Void) {
        for case let connection? in peers.all { body(connection) }
    }

    func handle(_ event: clinux_event) {
        let descriptor = Int32(truncatingIfNeeded: event.data)
        let serial = UInt32(truncatingIfNeeded: event.data >> 32)
        if serial != 0 {
            guard let connection = peers.connection(of: event) else { return _ = entrance.turnedAway.end(event.data) }
            handle(event.events, of: connection)
        } else if descriptor == wakeUpDescriptor {
            service.takeMessages()
        } else if descriptor == poller.signals {
            takeSignals()
        } else if let index = entrance.listeners.firstIndex(where: { $0.socket == descriptor }) {
            entrance.ready.append(index)
        }
    }
}
