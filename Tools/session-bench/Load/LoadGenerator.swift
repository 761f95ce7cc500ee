// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// Sends requests over many connections on one thread, and takes the time of their answers.
///
/// Where requests are paced, they are sent when they are due, whether earlier ones were answered or not: a server that
/// stands still is seen by every request of that time.
final class LoadGenerator {
    let plan: LoadPlan
    private var report = LoadReport()
    private let epoll = clinux_epoll_create()
    private let connections: [LoadConnection]
    private var watchers: [LoadWatcher] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private var begins: UInt64 = 0
    private var ends: UInt64 = 0
    private var nextDue: UInt64 = 0
    private var nextIndex = 0
    private var nextRequest = 0

    /// How long answers may take that are still to come at the end.
    private static let patienceNanoseconds: UInt64 = 10_000_000_000

    init(_ plan: LoadPlan) {
        self.plan = plan
        connections = (0..<plan.connections).map { _ in LoadConnection(path: plan.socketPath, dialect: plan.dialect) }
    }

    deinit {
        buffer.deallocate()
        close(epoll)
    }

    /// Makes the load, from its first connection to its last answer.
    ///
    /// - Throws: ``LoadError``: the server cannot be connected to.
    func run() throws(LoadError) -> LoadReport {
        for _ in 0..<plan.watchers { try addWatcher() }
        if !plan.reconnects { for index in connections.indices { try open(index) } }
        // Thousands of connections take longer to make than the warm-up lasts.
        nextDue = monotonicNanoseconds()
        begins = nextDue + plan.warmUpNanoseconds
        ends = begins + plan.nanoseconds
        try begin()
        while case let now = monotonicNanoseconds(), now < ends {
            try sendDue(at: now)
            try takeAnswers(timeoutMilliseconds: timeout(at: now))
        }
        report.nanoseconds = plan.nanoseconds
        // Counted from now: where the whole machine stood still, the last requests have only just been sent.
        let patience = monotonicNanoseconds() + LoadGenerator.patienceNanoseconds
        while connections.contains(where: { $0.waiting > 0 }), monotonicNanoseconds() < patience {
            try takeAnswers(timeoutMilliseconds: 100)
        }
        report.failures += connections.reduce(0) { $0 + $1.waiting }
        report.events = watchers.reduce(0) { $0 + $1.events }
        return report
    }

    /// Sends what waits for no answer.
    private func begin() throws(LoadError) {
        guard plan.intervalNanoseconds == nil else { return }
        for index in connections.indices {
            for _ in 0..<plan.pipeline { try send(index) }
        }
    }

    private func open(_ index: Int) throws(LoadError) {
        try connections[index].open()
        try follow(connections[index].socket, as: index)
    }

    /// Its number follows those of the connections that ask.
    private func addWatcher() throws(LoadError) {
        let watcher = try LoadWatcher(path: plan.socketPath)
        try follow(watcher.socket, as: connections.count + watchers.count)
        watchers.append(watcher)
    }

    private func follow(_ socket: Int32, as number: Int) throws(LoadError) {
        guard clinux_epoll_control(epoll, CLINUX_EPOLL_ADD, socket, CLINUX_EPOLLIN, UInt64(number)) == 0 else {
            throw LoadError("epoll_ctl")
        }
    }

    /// Sends the requests whose time has come, by one connection after the other.
    private func sendDue(at now: UInt64) throws(LoadError) {
        guard let interval = plan.intervalNanoseconds else { return }
        while nextDue <= now {
            nextDue += interval
            let index = nextIndex
            nextIndex = (nextIndex + 1) % connections.count
            if connections[index].waiting < (plan.reconnects ? 1 : LoadPlan.mostWaiting) {
                try send(index)
            } else {
                report.skipped += 1
            }
        }
    }

    private func send(_ index: Int) throws(LoadError) {
        let instant = monotonicNanoseconds()
        if connections[index].socket < 0 { try open(index) }
        let request = plan.requests[nextRequest]
        nextRequest = nextRequest + 1 == plan.requests.count ? 0 : nextRequest + 1
        if !connections[index].send(request, countedFrom: instant) { lose(index) }
    }

    /// Ends a connection that cannot be used any more, with what waits for answers on it.
    private func lose(_ index: Int) {
        report.failures += max(1, connections[index].waiting)
        connections[index].close()
    }

    private func timeout(at now: UInt64) -> Int32 {
        guard plan.intervalNanoseconds != nil else { return 100 }
        return nextDue <= now ? 0 : Int32((nextDue - now) / 1_000_000 + 1)
    }

    private func takeAnswers(timeoutMilliseconds: Int32) throws(LoadError) {
        var events = [clinux_event](repeating: clinux_event(), count: 64)
        let count = clinux_epoll_wait(epoll, &events, Int32(events.count), timeoutMilliseconds)
        guard count >= 0 || errno == EINTR else { throw LoadError("epoll_wait") }
        for event in events.prefix(max(0, Int(count))) {
            let number = Int(event.data)
            if number < connections.count {
                try takeAnswers(of: number)
            } else {
                try takeEvents(of: number - connections.count)
            }
        }
    }

    private func takeEvents(of index: Int) throws(LoadError) {
        guard watchers[index].read(into: buffer) else { throw LoadError("session.watch") }
    }

    private func takeAnswers(of index: Int) throws(LoadError) {
        var answers = 0
        let goesOn = connections[index].read(into: buffer) { instant, isRight in
            answers += 1
            note(instant, isRight)
        }
        if !goesOn { return lose(index) }
        if plan.reconnects, answers > 0 { connections[index].close() }
        guard plan.intervalNanoseconds == nil, monotonicNanoseconds() < ends else { return }
        for _ in 0..<answers { try send(index) }
    }

    private func note(_ instant: UInt64, _ isRight: Bool) {
        if !isRight { report.failures += 1 }
        guard isRight, instant >= begins, instant < ends else { return }
        report.latencies.record(nanoseconds: monotonicNanoseconds() - instant)
    }
}

/// CLOCK_MONOTONIC.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
