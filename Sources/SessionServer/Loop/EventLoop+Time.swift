// SPDX-License-Identifier: Apache-2.0

import SessionCore

extension EventLoop {
    var timeoutMilliseconds: Int32 {
        let next = [service.nextDeadline, nextSweep, intervalEndsAt, acceptsAgainAt, stopsAt].compactMap { $0 }.min()
        guard let next else { return -1 }
        let left = max(next - clock.now().boottime, .zero)
        // Rounded up: waking a moment early would spin.
        return Int32(clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
    }

    func sweep(at instant: Duration) { nextSweep = min(nextSweep ?? instant, instant) }

    func passTime() {
        if let deadline = service.nextDeadline, deadline <= now { service.deadlinePassed(at: now) }
        if let acceptsAgainAt, acceptsAgainAt <= now { acceptAgain() }
        if let sweepAt = nextSweep, sweepAt <= now { sweep() }
        if let ends = intervalEndsAt, ends <= now, let onInterval {
            onInterval.action()
            intervalEndsAt = now + onInterval.interval
        }
    }

    /// Ends what took too long, and notes when the next look is due.
    func sweep() {
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
}
