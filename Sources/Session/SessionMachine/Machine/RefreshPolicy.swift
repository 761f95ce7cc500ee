// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// When a token is refreshed, and when again after a failure: kind to an authority that serves a whole fleet.
package struct RefreshPolicy: Sendable, Equatable {
    /// How long before a token's end it is refreshed at the earliest; never more than half of its lifetime.
    package var window: Duration

    /// A policy with a window.
    package init(window: Duration = .seconds(1800)) { self.window = window }

    /// The window of a token: the configured one, or half of its lifetime where that is less.
    package func window(lifetime: Duration) -> Duration { min(window, lifetime / 2) }

    /// The first attempt, in the first quarter of the window, at a point given by the UUID: a fleet spreads by itself.
    ///
    /// - Parameter interval: How often it is refreshed though nobody needs that; `nil`: in time only.
    package func firstAttempt(for token: Token, checkedEvery interval: Duration? = nil) -> Duration {
        let window = window(lifetime: token.issued.lifetime)
        let fraction = RefreshPolicy.fraction(of: token.uuid)
        let inTime = token.expiresBoottime - window + window / 4 * fraction
        guard let interval else { return inTime }
        return min(inTime, token.expiresBoottime - token.issued.lifetime + interval)
    }

    /// The pause after an answer that nobody but an administrator can do something about.
    static let misconfiguredPause = Duration.seconds(900)

    /// The pause after a background refresh that failed: half of what remains, 2 to 15 minutes, × 0.5–1.0.
    package static func backgroundPause(remaining: Duration, chance: Double) -> Duration {
        min(max(remaining / 2, .seconds(120)), .seconds(900)) * (0.5 + chance / 2)
    }

    /// The pause with no token, or a caller waiting: 1 s, doubling to 15 minutes, × 0.5–1.0.
    ///
    /// - Parameter failures: how many attempts have failed in a row, from 1.
    package static func urgentPause(failures: Int, chance: Double) -> Duration {
        let seconds = failures > 10 ? 900 : min(1 << max(failures - 1, 0), 900)
        return .seconds(seconds) * (0.5 + chance / 2)
    }

    /// The longest pause for whoever asks for a token whose grant holds: so soon after the authority is back they have one.
    static let longestGrantPause = Duration.seconds(30)

    /// The longest `Retry-After` that is obeyed.
    package static let longestRetryAfter = Duration.seconds(3600)

    /// A number from 0 up to 1 that is a UUID's own (FNV-1a, 64 bits, and the finalizer of MurmurHash3, without which
    /// UUIDs that differ at their end only would lie close together).
    static func fraction(of uuid: CustomerUUID) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in uuid.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 33
        return Double(hash & 0xFFFF_FFFF) / 4_294_967_296
    }
}
