// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondPrimitives

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
    /// What takes its place when it runs out.
    package var renewal: Renewal
    /// Who it is for, as far as the authority has said so along with it; `nil`: it has not. Stored until they are signed in.
    package var identity: CustomerIdentity?
    /// Whether the authority has given it for somebody else than the token before it. Not stored.
    package var isOfAnotherAccount = false
    /// What time it was for the authority when it answered; `nil` where it did not say. Not stored.
    package var serverTime: Timestamp?

    package init(
        secret: Secret, origin: TokenOrigin, createdAt: Timestamp? = nil, expiresAt: Timestamp, lifetime: Duration,
        realm: String? = nil, customID: String? = nil, clientID: String? = nil, serverTime: Timestamp? = nil,
        renewal: Renewal = .byToken, identity: CustomerIdentity? = nil
    ) {
        (self.serverTime, self.renewal, self.identity) = (serverTime, renewal, identity)
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
    /// When its grant ends, likewise; `nil`: it has none, or nobody knows.
    package var grantEndsBoottime: Duration?
    /// Whether those were reckoned by the wall clock, over a reboot, and not counted in this boot.
    package var isEstimated = false
    /// What may have been a no to its refresh; `nil`: nothing was.
    var doubt: Doubt?

    /// A token that was asked for at a moment.
    package init(_ issued: IssuedToken, uuid: CustomerUUID, askedAt: Duration) {
        (self.issued, self.uuid) = (issued, uuid)
        expiresBoottime = askedAt + issued.lifetime
        grantEndsBoottime = issued.renewal.grant?.endsAt.map { end in
            // Both by the authority's clock.
            expiresBoottime + .seconds(end.secondsSince1970 - issued.expiresAt.secondsSince1970)
        }
    }

    /// When it can no longer be renewed; `nil`: for as long as its grant holds, nobody knows how long that is.
    var endsBoottime: Duration? { issued.renewal.grant == nil ? expiresBoottime : grantEndsBoottime }

    /// Whether nothing renews it any longer at a moment.
    func isOver(at now: Moment) -> Bool { endsBoottime.map { $0 <= now.boottime } ?? false }

    /// How long it lives from a moment on; negative once it has expired.
    package func remaining(at now: Moment) -> Duration { expiresBoottime - now.boottime }

    /// Whether it has expired at a moment.
    package func isExpired(at now: Moment) -> Bool { remaining(at: now) <= .zero }
}

extension Token {
    /// It as it is kept for telling the authority that it is over: for as long as its grant may live.
    func kept(forRevocationAt now: Moment) -> Token {
        var copy = self
        copy.doubt = nil
        guard case .byGrant(var grant) = issued.renewal, grant.endsAt == nil else { return copy }
        let kept = Grant.keptForRevocation
        grant.endsAt = Timestamp(secondsSince1970: now.wall.secondsSince1970 + kept.wholeSeconds)
        copy.issued.renewal = .byGrant(grant)
        copy.grantEndsBoottime = now.boottime + kept
        return copy
    }
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
        func left(until end: Timestamp) -> Duration { .seconds(end.secondsSince1970 - serverTime.secondsSince1970) }
        expiresBoottime = now.boottime + min(left(until: issued.expiresAt), issued.lifetime)
        grantEndsBoottime = issued.renewal.grant?.endsAt.map { now.boottime + left(until: $0) }
        isEstimated = false
    }
}
