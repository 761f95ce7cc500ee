// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol

/// What time it is, and how to wait for another.
public protocol SessionClock: Sendable {
    /// The instant now.
    func now() -> Moment
    /// CLOCK_BOOTTIME alone, for who asks often.
    var boottime: Duration { get }
    /// Waits until an instant of CLOCK_BOOTTIME.
    func sleep(until boottime: Duration) async throws
}

extension SessionClock {
    /// That of the instant now.
    public var boottime: Duration { now().boottime }
}

/// The machine's own clocks.
public struct SystemClock: SessionClock {
    /// The clocks.
    public init() {}

    /// Reads both clocks, clock_gettime(2).
    public func now() -> Moment {
        Moment(
            boottime: SystemClock.read(CLOCK_BOOTTIME),
            wall: Timestamp(secondsSince1970: SystemClock.read(CLOCK_REALTIME).wholeSeconds))
    }

    /// Reads one clock, clock_gettime(2).
    public var boottime: Duration { SystemClock.read(CLOCK_BOOTTIME) }

    /// Waits on the continuous clock, which on Linux is CLOCK_BOOTTIME.
    public func sleep(until boottime: Duration) async throws {
        try await Task.sleep(for: max(boottime - SystemClock.read(CLOCK_BOOTTIME), Duration.zero), clock: .continuous)
    }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return Duration(
            secondsComponent: Int64(time.tv_sec), attosecondsComponent: Int64(time.tv_nsec) * 1_000_000_000)
    }
}
