// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// A token as an authority issued it; opaque: all that is known about it came beside it.
package struct IssuedToken: Sendable, Equatable {
    /// The token itself.
    package var secret: Secret
    /// Where it came from.
    package var origin: TokenOrigin
    /// When it was made, by the authority's clock; `nil` where it did not say.
    package var createdAt: Timestamp?
    /// When it ends, by the authority's clock.
    package var expiresAt: Timestamp
    /// How long it lives, counted from when it was asked for.
    package var lifetime: Duration
    /// The authority's realm; `nil` where it gave none.
    package var realm: String?
    /// The customer's own id; `nil` where it gave none.
    package var customID: String?
    /// The numeric profile id; `nil` where it gave none.
    package var clientID: String?
    /// What time it was for the authority when it answered; `nil` where it did not say. Not stored.
    package var serverTime: Timestamp?

    package init(
        secret: Secret, origin: TokenOrigin, createdAt: Timestamp? = nil, expiresAt: Timestamp, lifetime: Duration,
        realm: String? = nil, customID: String? = nil, clientID: String? = nil, serverTime: Timestamp? = nil
    ) {
        self.serverTime = serverTime
        (self.secret, self.origin, self.createdAt) = (secret, origin, createdAt)
        (self.expiresAt, self.lifetime) = (expiresAt, lifetime)
        (self.realm, self.customID, self.clientID) = (realm, customID, clientID)
    }
}

/// A token in one of the session's slots.
package struct Token: Sendable, Equatable {
    /// What was issued.
    package var issued: IssuedToken
    /// The customer it is for.
    package var uuid: CustomerUUID
    /// When it ends, on this boot's CLOCK_BOOTTIME.
    package var expiresBoottime: Duration
    /// Whether that was reckoned by the wall clock, over a reboot, and not counted in this boot.
    package var isEstimated = false

    /// A token that was asked for at a moment.
    package init(_ issued: IssuedToken, uuid: CustomerUUID, askedAt: Duration) {
        (self.issued, self.uuid) = (issued, uuid)
        expiresBoottime = askedAt + issued.lifetime
    }

    /// How long it lives from a moment on; negative once it has expired.
    package func remaining(at now: Moment) -> Duration { expiresBoottime - now.boottime }

    /// Whether it has expired at a moment.
    package func isExpired(at now: Moment) -> Bool { remaining(at: now) <= .zero }
}

/// Which of the two tokens.
package enum Slot: String, Sendable, CaseIterable {
    /// The anonymous token, or that of Simple Authentication.
    case anonymous
    /// The token of the customer who is signed in.
    case client
}

extension Token {
    /// Reckons an estimated end anew, by what time it really is; never later than the token's lifetime from now.
    mutating func reckon(by serverTime: Timestamp, at now: Moment) {
        guard isEstimated else { return }
        let left = Duration.seconds(issued.expiresAt.secondsSince1970 - serverTime.secondsSince1970)
        expiresBoottime = now.boottime + min(left, issued.lifetime)
        isEstimated = false
    }
}
