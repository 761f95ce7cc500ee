// SPDX-License-Identifier: Apache-2.0

/// What a ``SessionEvent`` tells; open, as all names on the wire: an unknown kind is passed over.
public struct EventKind: OpenName {
    /// The name on the wire.
    public let rawValue: String
    /// The kind of that name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A customer's session ended; the reason says why.
    public static let signedOut = EventKind(.signedOut)
    /// There is another UUID; the reason is `initial`, `regeneration`, `authentication` or `destroy`.
    public static let uuidChanged = EventKind(.uuidChanged)
    /// A label was set or cleared.
    public static let identityChanged = EventKind(.identityChanged)
    /// A customer was authenticated.
    public static let signedIn = EventKind(.signedIn)
    /// A sign-in at the authority is over; the outcome says how.
    public static let signInEnded = EventKind(.signInEnded)
    /// A sign-in at the authority waits for the person.
    public static let signInPending = EventKind(.signInPending)
    /// There is a new effective token.
    public static let tokenRefreshed = EventKind(.tokenRefreshed)
    /// The policy will end the session: `what`, in `atSeconds`.
    public static let expiringSoon = EventKind(.expiringSoon)
    /// It will not, or not so soon.
    public static let expiringSoonWithdrawn = EventKind(.expiringSoonWithdrawn)
    /// The authority can be reached again, or no longer.
    public static let authorityState = EventKind(.authorityState)
    /// The last: the watcher read too slowly, and events are missing.
    public static let overflow = EventKind(.overflow)
    /// The last: the watcher may not see the session any more.
    public static let revoked = EventKind(.revoked)

    // A kind that is missing here cannot be declared above.
    private enum Known: String, CaseIterable {
        case signedOut, uuidChanged, identityChanged, signedIn, signInEnded, signInPending, tokenRefreshed
        case expiringSoon, expiringSoonWithdrawn, authorityState, overflow, revoked
    }

    private init(_ known: Known) { rawValue = known.rawValue }

    /// Those of this version; the events of one change come in this order.
    public static let all: [EventKind] = Known.allCases.map(EventKind.init)

    /// Its place among the events of one change; unknown kinds come last.
    public var place: Int { EventKind.all.firstIndex(of: self) ?? EventKind.all.count }

    /// Whether no event follows on this connection, which the daemon closes.
    public var isTerminal: Bool { self == .overflow || self == .revoked }
}
