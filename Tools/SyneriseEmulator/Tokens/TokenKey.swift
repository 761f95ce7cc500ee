// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator

/// The key of the tokens, which are signed with RS512.
struct TokenKey: Sendable {
    let key: SigningKey

    /// SubjectPublicKeyInfo in PEM.
    var publicPEM: String { key.publicPEM }

    func token(_ claims: TokenClaims) throws -> String { try key.token(claims: claims.json) }

    /// The claims of a token that this key signed; `nil` for anything else.
    func claims(of token: String) -> TokenClaims? { key.claims(of: token).flatMap(TokenClaims.init) }
}
