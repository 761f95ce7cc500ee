// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// A sign-out that the authority has yet to be told of.
package struct OutboxEntry: Sendable, Equatable {
    /// Names the entry.
    package var id: UInt64
    /// The token that is to end there.
    package var token: Token
    /// Whether all of the customer's sessions are to end there.
    package var fromAllDevices: Bool
    /// Where the token came from: it goes nowhere else.
    package var binding: Binding

    package init(id: UInt64, token: Token, fromAllDevices: Bool, binding: Binding) {
        (self.id, self.token, self.fromAllDevices, self.binding) = (id, token, fromAllDevices, binding)
    }

    /// When it is pointless to tell the authority, if nobody has by then: the token is over there as well.
    func isOver(at now: Moment) -> Bool { token.isOver(at: now) }

    /// Entries that are always kept, however large their tokens are.
    static let surelyKept = 16
    /// Entries that are kept at most.
    static let limit = 64
    /// What more than ``surelyKept`` take at most, in bytes of their tokens and names.
    static let totalBytes = surelyKept * TextLimit.bearerToken.bytes.upperBound

    /// What it takes, in bytes of its token and names.
    private var byteCount: Int {
        let names = [token.issued.realm, token.issued.customID, token.issued.clientID].compactMap { $0?.utf8.count }
        let grant = token.issued.renewal.grant?.refreshToken.byteCount ?? 0
        return token.issued.secret.byteCount + grant + names.reduce(0, +)
    }

    /// Whether another entry has room beside others.
    func fits(beside others: [OutboxEntry]) -> Bool {
        if others.count < OutboxEntry.surelyKept { return true }
        return others.count < OutboxEntry.limit
            && others.reduce(byteCount) { $0 + $1.byteCount } <= OutboxEntry.totalBytes
    }
}

/// What became of a sign-out that the authority was to be told of.
package enum SignOutFate: String, Sendable, CaseIterable {
    /// It was told.
    case delivered
    /// It said no: for it the token was over already.
    case rejected
    /// It does not know the call.
    case unsupported
    /// The token ended before it could be told.
    case expired
    /// There is another authority or API key now, and no token is sent to another than it came from.
    case authorityChanged
    /// Too many waited already; the caller was told so.
    case outboxFull

    /// Whether the authority has heard of it.
    package var isHeard: Bool { self == .delivered || self == .rejected }
}
