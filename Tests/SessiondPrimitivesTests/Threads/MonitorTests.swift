// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessiondPrimitives

@Suite(.timeLimit(.minutes(10))) struct MonitorTests {
    @Test func wakesWhoWaitsForAChange() {
        let turns = Monitor(0)
        // So many that each side is the one that waits in some of them.
        let rounds = 1...1000
        let error = DetachedThread.start(name: "other") {
            for round in rounds {
                turns.wait { $0 == 2 * round - 1 }
                turns.withLock { $0 = 2 * round }
            }
        }
        #expect(error == 0)
        for round in rounds {
            turns.withLock { $0 = 2 * round - 1 }
            turns.wait { $0 == 2 * round }
        }
    }

    @Test func waitsUntilTheDeadlineAndNoLonger() {
        let never = Monitor(false)
        let before = MonotonicInstant.now
        let deadline = before.advanced(by: .milliseconds(50))
        #expect(!never.wait(until: deadline.timespec) { $0 })
        #expect(MonotonicInstant.now.microseconds >= deadline.microseconds)
    }

    @Test func looksOnceMoreAtTheDeadline() {
        let monitor = Monitor(true)
        #expect(monitor.wait(until: MonotonicInstant.now.timespec) { $0 })
    }
}
