// SPDX-License-Identifier: Apache-2.0

package import SessionMachine
import SessionProtocol
import SessiondLinux

/// What time it is, and how to wait for another.
package protocol SessionClock: Sendable {
    /// The instant now.
    func now() -> Moment
    /// CLOCK_BOOTTIME alone, for who asks often.
    var boottime: Duration { get }
    /// Waits until an instant of CLOCK_BOOTTIME.
    func sleep(until boottime: Duration) async throws
}

extension SessionClock {
    /// That of the instant now.
    package var boottime: Duration { now().boottime }
}

/// The machine's own clocks.
package struct SystemClock: SessionClock {
    package init() {}

    /// Reads both clocks.
    package func now() -> Moment {
        let now = SystemInstant.now
        return Moment(boottime: now.boottime, wall: Timestamp(secondsSince1970: now.unixSeconds))
    }

    /// Reads CLOCK_BOOTTIME.
    package var boottime: Duration { SystemInstant.boottime }

    /// Waits on the continuous clock, which on Linux is CLOCK_BOOTTIME.
    package func sleep(until boottime: Duration) async throws {
        try await Task.sleep(for: max(boottime - SystemInstant.boottime, Duration.zero), clock: .continuous)
    }
}
