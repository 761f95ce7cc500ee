// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// A point on CLOCK_MONOTONIC, as the C interfaces here want it.
package struct MonotonicInstant: Hashable, Sendable {
    package let timespec: timespec

    /// The present.
    package static var now: MonotonicInstant {
        var time = Glibc.timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(timespec: time)
    }

    /// The instant so long after the clock began.
    package init(sinceStart: Duration) {
        self = MonotonicInstant(timespec: Glibc.timespec()).advanced(by: sinceStart)
    }

    private init(timespec: timespec) { self.timespec = timespec }

    /// Since the clock began.
    package var sinceStart: Duration { .microseconds(microseconds) }

    /// Since the clock began.
    package var microseconds: Int {
        timespec.tv_sec * 1_000_000 + timespec.tv_nsec / 1000
    }

    /// A negative duration adds nothing; one beyond a century counts as a century.
    package func advanced(by duration: Duration) -> MonotonicInstant {
        let century = Duration.seconds(100 * 365 * 24 * 3600)
        let (seconds, attoseconds) = min(max(duration, .zero), century).components
        let nanoseconds = timespec.tv_nsec + Int(attoseconds / 1_000_000_000)
        var later = timespec
        later.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        later.tv_nsec = nanoseconds % 1_000_000_000
        return MonotonicInstant(timespec: later)
    }

    package static func == (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.timespec.tv_sec == right.timespec.tv_sec && left.timespec.tv_nsec == right.timespec.tv_nsec
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(timespec.tv_sec)
        hasher.combine(timespec.tv_nsec)
    }
}
