// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SessiondPrimitives

@Suite(.timeLimit(.minutes(10))) struct MonotonicInstantTests {
    private let instant = MonotonicInstant(sinceStart: .milliseconds(10_600))

    @Test func carriesNanosecondsIntoSeconds() {
        let later = instant.advanced(by: .milliseconds(2_700)).timespec
        #expect(later.tv_sec == 13)
        #expect(later.tv_nsec == 300_000_000)
    }

    @Test func neverGoesBack() {
        #expect(instant.advanced(by: .seconds(-3)) == instant)
        #expect(instant.advanced(by: .milliseconds(-700)) == instant)
    }

    @Test func reachesACenturyAtMost() {
        let century = 100 * 365 * 24 * 3600
        #expect(instant.advanced(by: .seconds(Int64.max)).timespec.tv_sec == 10 + century)
    }
}
