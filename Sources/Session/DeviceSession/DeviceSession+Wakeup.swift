// SPDX-License-Identifier: Apache-2.0

import SessionMachine

extension DeviceSession {
    /// Sees to it that the session is looked at again when it says.
    ///
    /// Alarms are not cancelled: a cancelled sleep is kept until the instant it was for, which may be a day ahead, for
    /// every token in between. One that is no longer meant finds that out when it rings.
    func scheduleWakeup(after now: Moment) {
        wakeupAt = [machine?.nextWakeup(after: now), storeRetryAt].compactMap { $0 }.min()
        setAlarm()
    }

    private func setAlarm() {
        guard let wakeupAt, alarms.allSatisfy({ wakeupAt < $0 }) else { return }
        alarms.append(wakeupAt)
        let clock = surroundings.clock
        Task {
            try? await clock.sleep(until: wakeupAt)
            ring(wakeupAt)
        }
    }

    private func ring(_ alarm: Duration) {
        alarms.removeAll { $0 == alarm }
        if let wakeupAt, wakeupAt <= alarm { step(.tick) } else { setAlarm() }
    }
}
