// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// Until when a call is waited for.
struct CallDeadline: Sendable {
    /// How much longer than the daemon the client waits, so that the daemon's own answer about it still arrives.
    static let grace = Duration.milliseconds(500)

    /// When the daemon gives up.
    let instant: ContinuousClock.Instant
    /// What the caller gave, for messages.
    let allowed: Duration
    // Without one of the caller's the daemon's own applies, and needs not be sent.
    private let isDefault: Bool

    /// Begins now; `nil` is the daemon's default, and what is longer than it allows is cut.
    init(_ allowed: Duration?, now: ContinuousClock.Instant = .now) {
        let longest = Duration.seconds(WireLimits.deadlineSeconds.upperBound)
        self.allowed = min(allowed ?? .seconds(WireLimits.defaultDeadlineSeconds), longest)
        isDefault = allowed == nil
        instant = now + self.allowed
    }

    /// When the client gives up.
    var localInstant: ContinuousClock.Instant { instant + CallDeadline.grace }

    /// What is left of it.
    func remaining(now: ContinuousClock.Instant = .now) -> Duration { instant - now }

    /// `_deadlineSeconds` of an attempt that begins now; `nil`: not to be sent.
    func seconds(isFirst: Bool, now: @autoclosure () -> ContinuousClock.Instant = .now) -> Double? {
        if isFirst { return isDefault ? nil : allowed.wireSeconds }
        return remaining(now: now()).wireSeconds
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, as poll(2) takes them.
    package var pollMilliseconds: Int32 {
        guard self > .zero else { return 0 }
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 - 1 else { return Int32.max }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    fileprivate var wireSeconds: Double {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return max(Double(milliseconds) / 1000, WireLimits.deadlineSeconds.lowerBound)
    }
}
