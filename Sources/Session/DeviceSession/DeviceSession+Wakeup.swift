// SPDX-License-Identifier: Apache-2.0

import SessionMachine

/// When the session is looked at again.
struct Wakeups {
    /// When something is due by itself; `nil`: nothing is.
    var next: Duration?
    /// The alarms that will ring, of which the earliest is not after that.
    var alarms: [Duration] = []
}

extension DeviceSession {
    /// Sees to it that the session is looked at again when it says.
    ///
    /// Alarms are not cancelled: a cancelled sleep is kept until the instant it was for, which may be a day ahead, for
    /// every token in between. One that is no longer meant finds that out when it rings.
    func scheduleWakeup(after now: Moment) {
        wakeups.next = [machine?.nextWakeup(after: now), backlog.retryAt].compactMap { $0 }.min()
        setAlarm()
    }

    private func setAlarm() {
        guard let next = wakeups.next, wakeups.alarms.allSatisfy({ next < $0 }) else { return }
        wakeups.alarms.append(next)
        let clock = surroundings.clock
        Task {
            try? await clock.sleep(until: next)
            ring(next)
        }
    }

    private func ring(_ alarm: Duration) {
        wakeups.alarms.removeAll { $0 == alarm }
        if let next = wakeups.next, next <= alarm { step(.tick) } else { setAlarm() }
    }
}
