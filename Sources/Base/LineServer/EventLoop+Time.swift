// SPDX-License-Identifier: Apache-2.0

extension EventLoop {
    /// How long to sleep at most, -1 for ever; `nil`: there is nothing left to wait for.
    var nextTimeoutMilliseconds: Int32? {
        if let stopsAt = agenda.stopsAt, peers.count == 0 || stopsAt <= now { return nil }
        if !unsettled.told.isEmpty { return 0 }
        var next = earlier(service.nextDeadline, agenda.nextSweep)
        next = earlier(earlier(agenda.intervalEndsAt, entrance.acceptsAgainAt), earlier(agenda.stopsAt, next))
        next = earlier(entrance.turnedAway.nextEnd, next)
        guard let next else { return -1 }
        let left = min(max(next - clock(), .zero), EventLoop.longestSleep)
        // Rounded up: waking a moment early would spin.
        return Int32(left / .milliseconds(1)) + 1
    }

    // Whole milliseconds have to fit into what epoll_wait(2) takes.
    private static var longestSleep: Duration { .seconds(86_400) }

    private func earlier(_ one: Duration?, _ other: Duration?) -> Duration? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    func sweep(at instant: Duration) { agenda.nextSweep = earlier(agenda.nextSweep, instant) }

    func passTime() {
        if let deadline = service.nextDeadline, deadline <= now { service.deadlinePassed(at: now) }
        if let again = entrance.acceptsAgainAt, again <= now { acceptAgain() }
        entrance.turnedAway.endDue(at: now)
        if let sweepAt = agenda.nextSweep, sweepAt <= now { sweep() }
        if let ends = agenda.intervalEndsAt, ends <= now, let onInterval = agenda.onInterval {
            onInterval.action()
            agenda.intervalEndsAt = now + onInterval.interval
        }
    }

    /// Ends what took too long, and notes when the next look is due.
    private func sweep() {
        agenda.nextSweep = nil
        for case let connection? in peers.all {
            if case .draining(let until) = connection.phase {
                if until <= now { close(connection) } else { sweep(at: until) }
            } else if let since = connection.input.lineSince, connection.isReading {
                sweep(connection, incompleteSince: since)
            } else if limits.idleConnection > .zero {
                sweepIdle(connection)
            }
        }
    }

    private func sweep(_ connection: Connection, incompleteSince since: Duration) {
        let ends = since + limits.lineArrival
        if ends > now { return sweep(at: ends) }
        // Where more has arrived, it is not the peer that is slow: the connection's turn has not come.
        if connection.hasUnreadBytes { return sweep(at: now + LineLimits.nextTurn) }
        give(up: connection, because: .lineTooSlow)
    }

    private func sweepIdle(_ connection: Connection) {
        // Who waits for us is not idle, nor who watches; from the answer on it may be.
        let idleSince = connection.inFlight > 0 || connection.isHeld ? now : connection.activeAt
        let ends = idleSince + limits.idleConnection
        if ends <= now { close(connection) } else { sweep(at: ends) }
    }

    func watchIdleness() {
        if limits.idleConnection > .zero { sweep(at: now + limits.idleConnection) }
    }
}

/// What a loop does by itself, and when, on CLOCK_BOOTTIME.
struct Agenda {
    /// When a connection is looked at next that may have taken too long.
    var nextSweep: Duration?
    let onInterval: (interval: Duration, action: () -> Void)?
    /// When that is called next.
    var intervalEndsAt: Duration?
    /// When it stops at the latest; `nil`: it was not asked to.
    var stopsAt: Duration?

    init(onInterval: (interval: Duration, action: () -> Void)?, at now: Duration) {
        self.onInterval = onInterval
        intervalEndsAt = onInterval.map { now + $0.interval }
    }
}
