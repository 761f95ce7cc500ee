// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

/// One instant on both clocks of the machine.
package struct SystemInstant: Sendable, Equatable {
    /// Time since the machine booted, suspend included (CLOCK_BOOTTIME): what durations are measured on.
    package var boottime: Duration
    /// Whole seconds since 1970 by the wall clock (CLOCK_REALTIME), which may be wrong and may jump.
    package var unixSeconds: Int64

    package init(boottime: Duration, unixSeconds: Int64) { (self.boottime, self.unixSeconds) = (boottime, unixSeconds) }

    /// Reads both clocks, clock_gettime(2).
    package static var now: SystemInstant {
        SystemInstant(boottime: boottime, unixSeconds: read(CLOCK_REALTIME).wholeSeconds)
    }

    /// Reads CLOCK_BOOTTIME alone.
    package static var boottime: Duration { read(CLOCK_BOOTTIME) }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return Duration(
            secondsComponent: Int64(time.tv_sec), attosecondsComponent: Int64(time.tv_nsec) * 1_000_000_000)
    }
}
