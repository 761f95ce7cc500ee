// SPDX-License-Identifier: Apache-2.0

extension DeviceSession {
    func scheduleWakeup(after now: Moment) {
        let due = [machine?.nextWakeup(after: now), storeRetryAt].compactMap { $0 }.min()
        guard due != wakeup?.at else { return }
        wakeup?.task.cancel()
        guard let due else {
            wakeup = nil
            return
        }
        let clock = surroundings.clock
        wakeup = (
            due,
            Task {
                do { try await clock.sleep(until: due) } catch { return }
                wakeUp(due)
            }
        )
    }

    func wakeUp(_ due: Duration) {
        guard wakeup?.at == due else { return }
        wakeup = nil
        step(.tick)
    }
}
