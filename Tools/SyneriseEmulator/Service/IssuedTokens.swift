// SPDX-License-Identifier: Apache-2.0

/// Which tokens were revoked, and which there are to be revoked by customer.
struct IssuedTokens: Sendable {
    /// Which tokens are meant; of those that are known, each that has all that is given.
    struct Selection: Sendable {
        var id: String?
        var uuid: String?
        var login: String?

        func matches(_ claims: TokenClaims) -> Bool {
            (id.map { $0 == claims.id } ?? true) && (uuid.map { $0 == claims.uuid } ?? true)
                && (login.map { $0 == claims.login } ?? true)
        }
    }

    private var known: [TokenClaims] = []
    private var revoked: Set<String> = []

    mutating func add(_ claims: TokenClaims) { known.append(claims) }

    func isRevoked(_ claims: TokenClaims) -> Bool { revoked.contains(claims.id) }

    mutating func revoke(id: String) { revoked.insert(id) }

    /// The number of tokens that were valid until now.
    mutating func revoke(_ selection: Selection) -> Int {
        let ids = Set(known.lazy.filter(selection.matches).map(\.id)).subtracting(revoked)
        revoked.formUnion(ids)
        return ids.count
    }
}
