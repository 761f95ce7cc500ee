// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// All that is stored of a session: one customer of this device.
package struct SessionRecord: Sendable, Equatable {
    /// The customer's UUID.
    package var uuid: CustomerUUID
    /// How it came to be.
    package var uuidOrigin: UUIDOrigin
    /// The authID or client identifier that it was derived from, normalised; `nil` where there was none.
    package var authID: String?
    /// What the customer signed in with; `nil` while nobody is signed in.
    package var login: String?
    /// Who was known last since the UUID was made; `nil`: nobody.
    package var lastAccount: LastAccount?
    /// The label for an e-mail.
    package var customEmail: String?
    /// The label for an identifier.
    package var customIdentifier: String?
    /// The anonymous slot: an anonymous token, or that of Simple Authentication.
    package var anonymous: Token?
    /// The client slot.
    package var client: Token?
    /// Why the last customer's session is over, until somebody signs in or out; `nil`: it is not.
    package var endedBecause: EndReason?
    /// Since when the customer is there; `nil` where none is.
    package var presence: Presence?
    /// Names the customer; rises when the customer changes.
    package var generation: Int64
    /// The number of the last transition that was told.
    package var sequence: Int64 = 0
    /// What ``lastAccount`` is salted with: random, made with the installation.
    package var accountSalt: String
    /// The key of the `local` authority; `nil` until it was made.
    package var localKey: Secret?
    /// What the tokens are bound to; `nil` before the first time.
    package var binding: Binding?
    /// The key that takes the place of the configured one; `nil`: none does.
    package var replacedKey: ReplacedKey?
    /// Sign-outs that the authority has yet to be told of.
    package var outbox: [OutboxEntry] = []
    /// The slot whose token is being refreshed: after a crash its outcome is not known.
    package var refreshing: Slot?
    /// Until when the authority asked to be left alone, on this boot's CLOCK_BOOTTIME; `nil`: it did not.
    package var quietUntil: Duration?
    /// The sign-in at the authority that waits for the person; `nil`: none does.
    package var pendingSignIn: PendingSignIn?
    /// What the authority has said of itself, kept for when it cannot be reached; `nil`: nothing.
    package var authorityMetadata: JSONValue?
    /// Whether an authority has said in this boot what time it is.
    package var isTimeProven = false
    /// What a later version stored here, kept for it.
    package var unknownMembers: [JSONMember] = []

    /// A new installation's session.
    package init(uuid: CustomerUUID, generation: Int64, accountSalt: String) {
        (self.uuid, self.generation, self.accountSalt) = (uuid, generation, accountSalt)
        uuidOrigin = .generated
    }

    /// The token of a slot.
    package subscript(slot: Slot) -> Token? {
        get { slot == .client ? client : anonymous }
        set {
            switch slot {
            case .client: client = newValue
            case .anonymous: anonymous = newValue
            }
        }
    }
}

extension SessionRecord {
    /// What the session is at a moment.
    ///
    /// - Parameter expiredMayLive: Whether a token that looks expired can still be renewed: its customer's session goes
    ///   on then.
    func phase(at now: Moment, expiredMayLive: Bool) -> SessionPhase {
        func goesOn(_ token: Token) -> Bool { expiredMayLive || !token.isOver(at: now) }
        if let client { return goesOn(client) ? .signedIn : .expired }
        if endedBecause != nil { return .expired }
        guard let anonymous else { return .none }
        return holdsSimpleAuthentication && goesOn(anonymous) ? .simple : .anonymous
    }

    /// Whether a token of Simple Authentication is in its slot, expired or not.
    package var holdsSimpleAuthentication: Bool { anonymous?.issued.origin == .simpleAuth }
}
