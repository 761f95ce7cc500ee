// SPDX-License-Identifier: Apache-2.0

/// What the session's owner has done since it began, in numbers.
public struct SessionCounts: Sendable, Equatable {
    /// What came of asking the authority for an anonymous token.
    public internal(set) var logins = AuthorityOutcomes()
    /// What came of asking it for a new token in place of one.
    public internal(set) var refreshes = AuthorityOutcomes()
    /// What became of the sign-outs that it was to be told of.
    public internal(set) var signOuts: [SignOutFate: Int] = [:]
    /// How often the session could not be stored.
    public internal(set) var storeErrors = 0

    /// Nothing yet.
    public init() {}
}

/// How often an authority answered what.
public struct AuthorityOutcomes: Sendable, Equatable {
    /// What was asked for.
    public private(set) var ok = 0
    /// No.
    public private(set) var rejected = 0
    /// Nothing, or nothing of its own.
    public private(set) var unavailable = 0
    /// That it does not do that.
    public private(set) var unsupported = 0

    mutating func note(_ failure: AuthorityFailure?) {
        switch failure?.meaning {
        case nil: ok += 1
        case .rejected: rejected += 1
        case .unavailable: unavailable += 1
        case .unsupported: unsupported += 1
        }
    }
}
