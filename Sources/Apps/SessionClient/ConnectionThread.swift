// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessionProtocol
import SessiondPrimitives

/// What the thread of a ``Connection`` does: it waits with epoll(7) for what no caller waits for.
struct ConnectionThread {
    private let connection: Connection
    private let wakers: ConnectionWakers

    /// Starts the thread, which keeps the connection until that ends.
    static func start(_ connection: Connection) throws(SystemError) -> ConnectionWakers {
        let wakers = try ConnectionWakers(connection.socket)
        let failure = DetachedThread.start(name: "sessiond-client") {
            ConnectionThread(connection: connection, wakers: wakers).run()
        }
        guard failure == 0 else { throw SystemError(call: .thread, number: failure) }
        return wakers
    }

    private func run() {
        while let milliseconds = nextWait() {
            serve(wakers.wait(milliseconds: milliseconds))
            connection.resume(connection.state.withLock { $0.table.expire(now: .now) })
        }
    }

    // How long to wait; nil: the connection has ended.
    private func nextWait() -> Int32? {
        connection.state.withLock { state in
            guard !state.table.isEnded else { return nil }
            state.sleepsUntil = state.table.nextExpiry
            return state.sleepsUntil.map { ($0 - .now).pollMilliseconds } ?? -1
        }
    }

    private func serve(_ arrived: ConnectionWakers.Arrival) {
        if arrived.isTimer {
            connection.state.withLock { state in
                (state.isLookedAfter, state.hasNextReader) = (false, false)
                connection.watch(&state)
            }
        }
        let events = arrived.socketEvents
        guard events != 0 else { return }
        let buffer = connection.state.withLock { state -> LineBuffer? in
            // Once: what has woken the thread does not again, unless it is asked for.
            state.awaited = 0
            if events & CLINUX_EPOLLOUT != 0 { connection.flush(&state) }
            // Where there is none, a caller has taken it meanwhile.
            let isReadable = events != CLINUX_EPOLLOUT || state.isBroken
            if isReadable, let buffer = connection.takeBuffer(from: &state) { return buffer }
            connection.watch(&state)
            return nil
        }
        guard let buffer else { return }
        var others = 0
        _ = connection.receive(buffer, &others)
        connection.state.withLock { connection.giveBack(buffer, &$0) }
    }
}

/// What a ``ConnectionThread`` sleeps at: its connection's socket, as far as that is awaited, and a timer.
final class ConnectionWakers: Sendable {
    private enum Source {
        static let socket: UInt64 = 0
        static let timer: UInt64 = 1
    }

    /// What has ended a sleep.
    struct Arrival {
        var socketEvents: UInt32 = 0
        var isTimer = false
    }

    private let socket: Int32
    private let epoll: Descriptor
    private let timer: Descriptor

    init(_ socket: Int32) throws(SystemError) {
        self.socket = socket
        let epoll = clinux_epoll_create()
        guard epoll >= 0 else { throw SystemError(call: .epoll, number: errno) }
        self.epoll = Descriptor(owning: epoll)
        let timer = clinux_timerfd()
        guard timer >= 0 else { throw SystemError(call: .timerfd, number: errno) }
        self.timer = Descriptor(owning: timer)
        try add(timer, CLINUX_EPOLLIN, Source.timer)
        try add(socket, CLINUX_EPOLLONESHOT, Source.socket)
    }

    private func add(_ descriptor: Int32, _ events: UInt32, _ source: UInt64) throws(SystemError) {
        guard clinux_epoll_control(epoll.number, CLINUX_EPOLL_ADD, descriptor, events, source) == 0 else {
            throw SystemError(call: .epoll, number: errno)
        }
    }

    /// Has the thread wake up.
    func wake(after nanoseconds: Int = 1) { clinux_timerfd_set(timer.number, nanoseconds) }

    /// Has the thread wake up once for any of these events of the socket, and for no other.
    func await(_ events: UInt32) {
        _ = clinux_epoll_control(
            epoll.number, CLINUX_EPOLL_MODIFY, socket, events | CLINUX_EPOLLONESHOT, Source.socket)
    }

    /// Sleeps.
    func wait(milliseconds: Int32) -> Arrival {
        var events = (clinux_event(), clinux_event())
        return withUnsafeMutableBytes(of: &events) { bytes in
            let events = bytes.bindMemory(to: clinux_event.self)
            let count = clinux_epoll_wait(epoll.number, events.baseAddress, 2, milliseconds)
            var arrival = Arrival()
            for event in events.prefix(max(Int(count), 0)) {
                if event.data == Source.socket {
                    arrival.socketEvents = event.events
                } else {
                    arrival.isTimer = true
                    clinux_timerfd_clear(timer.number)
                }
            }
            return arrival
        }
    }
}
