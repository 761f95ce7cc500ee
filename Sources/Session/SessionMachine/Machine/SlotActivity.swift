// SPDX-License-Identifier: Apache-2.0

/// A request to the authority for one slot's token, shared by everybody who waits for it.
package struct Flight: Sendable, Equatable {
    /// What is asked for.
    package enum Kind: Sendable, Equatable {
        /// An anonymous token.
        case login
        /// A new token in place of this one.
        case refresh(Token)
    }

    /// Names the flight.
    package var id: UInt64
    /// Whose token.
    package var slot: Slot
    /// What is asked for.
    package var kind: Kind
    /// When, on CLOCK_BOOTTIME.
    package var startedAt: Duration
}

/// How one slot's token is being kept alive; nothing of it is stored.
struct SlotActivity: Sendable, Equatable {
    /// The one request under way. It is forgotten as soon as the slot is somebody else's: what it brings then is
    /// dropped, a rejection included.
    var flight: Flight?
    /// The flight that was under way when the network came back: it failed for that, if it fails.
    var cutOffFlight: UInt64?
    /// When the token was obtained.
    var obtainedAt: Duration?
    /// The flight that brought it.
    var obtainedBy: UInt64?
    /// Whether that was by a refresh, and not by a login.
    var wasRefreshed = false
    /// Whether the last attempt for the token that is there failed.
    var lastFailed = false

    /// Whether a token is so new that asking for another one is pointless.
    func obtainedRecently(at now: Moment) -> Bool {
        obtainedAt.map { now.boottime - $0 < SlotActivity.recently } ?? false
    }

    /// Whether a refresh is so recent that another one answers with its token.
    func refreshedRecently(at now: Moment) -> Bool { wasRefreshed && obtainedRecently(at: now) }

    /// Within this after a refresh, another one answers with the same token.
    static let recently = Duration.seconds(10)

    /// The slot has another customer's token, or none: what was under way is not for it.
    mutating func slotChanged() {
        (flight, obtainedAt, obtainedBy, wasRefreshed, lastFailed) = (nil, nil, nil, false, false)
    }

    mutating func succeeded(_ flight: Flight, at now: Moment) {
        self = SlotActivity()
        (obtainedAt, obtainedBy) = (now.boottime, flight.id)
        if case .refresh = flight.kind { wasRefreshed = true }
    }
}
