// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondPrimitives

/// One instant on both clocks.
package struct Moment: Sendable, Equatable {
    /// Time since the machine booted, suspend included (CLOCK_BOOTTIME): what durations are measured on.
    package var boottime: Duration
    /// The wall clock, which may be wrong and may jump.
    package var wall: Timestamp

    /// An instant of both clocks.
    package init(boottime: Duration, wall: Timestamp) { (self.boottime, self.wall) = (boottime, wall) }

    /// What the wall clock shows at another instant of CLOCK_BOOTTIME, if nobody sets it.
    func wallClock(at other: Duration) -> Timestamp {
        Timestamp(secondsSince1970: wall.secondsSince1970 + (other - boottime).secondsRoundedUp)
    }
}
