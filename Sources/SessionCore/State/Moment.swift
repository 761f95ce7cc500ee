// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

/// One instant on both clocks.
public struct Moment: Sendable, Equatable {
    /// Time since the machine booted, suspend included (CLOCK_BOOTTIME): what durations are measured on.
    public var boottime: Duration
    /// The wall clock, which may be wrong and may jump.
    public var wall: Timestamp

    /// An instant of both clocks.
    public init(boottime: Duration, wall: Timestamp) { (self.boottime, self.wall) = (boottime, wall) }

    /// What the wall clock shows at another instant of CLOCK_BOOTTIME, if nobody sets it.
    func wallClock(at other: Duration) -> Timestamp {
        Timestamp(secondsSince1970: wall.secondsSince1970 + (other - boottime).secondsRoundedUp)
    }
}

extension Duration {
    /// Whole seconds, rounded down.
    public var wholeSeconds: Int64 {
        components.attoseconds < 0 ? components.seconds - 1 : components.seconds
    }

    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }

    /// Whole seconds, rounded up.
    public var secondsRoundedUp: Int64 {
        components.attoseconds > 0 ? components.seconds + 1 : components.seconds
    }
}
