// SPDX-License-Identifier: Apache-2.0

/// What a loop does by itself, and when, on CLOCK_BOOTTIME.
struct Agenda {
    /// When a connection is looked at next that may have taken too long.
    var nextSweep: Duration?
    let onInterval: (interval: Duration, action: () -> Void)?
    /// When that is called next.
    var intervalEndsAt: Duration?
    /// When it stops at the latest; `nil`: it was not asked to.
    var stopsAt: Duration?

    init(onInterval: (interval: Duration, action: () -> Void)?, at now: Duration) {
        self.onInterval = onInterval
        intervalEndsAt = onInterval.map { now + $0.interval }
    }
}
