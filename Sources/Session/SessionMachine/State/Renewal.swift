// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// What takes a token's place when it runs out.
package enum Renewal: Sendable, Equatable {
    /// The authority gives another one for the token itself.
    case byToken
    /// It gives one for a grant, which outlives its tokens (RFC 6749 §1.5).
    case byGrant(Grant)
    /// Nothing.
    case none

    /// The grant; `nil`: none was given.
    package var grant: Grant? {
        if case .byGrant(let grant) = self { grant } else { nil }
    }
}

/// What a customer has granted this device, for as long as the authority holds on to it. It never leaves the daemon.
package struct Grant: Sendable, Equatable {
    /// What a new token is asked for with.
    package var refreshToken: Secret
    /// When it ends, by the authority's clock; `nil`: that is not known.
    package var endsAt: Timestamp?

    package init(refreshToken: Secret, endsAt: Timestamp? = nil) {
        (self.refreshToken, self.endsAt) = (refreshToken, endsAt)
    }

    /// How long one without an end of its own is kept for telling the authority that it is over.
    static let keptForRevocation = Duration.seconds(30 * 86_400)
}

/// Who a customer is for an authority that knows it.
package struct CustomerIdentity: Sendable, Equatable {
    /// The name that the authority has for the account, unique there and for ever.
    package var subject: String
    /// What the status shows as `login`; `nil`: nothing.
    package var login: String?
    /// What it shows as `customID`; `nil`: nothing.
    package var customID: String?
    /// What time it was for the authority when it answered; `nil` where it did not say. Not stored.
    package var serverTime: Timestamp?

    package init(subject: String, login: String? = nil, customID: String? = nil, serverTime: Timestamp? = nil) {
        (self.subject, self.login, self.customID, self.serverTime) = (subject, login, customID, serverTime)
    }
}
