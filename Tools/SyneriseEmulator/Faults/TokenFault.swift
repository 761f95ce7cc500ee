// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator

/// What a fault does to a token object: `token-too-long` (above 32 KiB), `expiration=past|century|missing|string`,
/// `no-token`.
package enum TokenFault: AnswerSpoiling {
    /// A token above 32 KiB.
    case tokenTooLong
    /// Another expiration; the token itself lives as ever.
    case expiration(Expiration)
    /// A token object without `token`.
    case noToken

    /// What a token object says as its `expiration`.
    package enum Expiration: String, Sendable, CaseIterable {
        /// An hour ago.
        case past
        /// A hundred years ahead.
        case century
        /// Nothing.
        case missing
        /// The seconds as a string.
        case string
    }

    package static let accepted = "token-too-long, expiration=, no-token"

    package static func read(_ word: FaultWord, after earlier: TokenFault?) throws(OptionError) -> TokenFault? {
        guard let fault = try TokenFault(word) else { return nil }
        guard earlier == nil else { throw .spoiltTwice }
        return fault
    }

    private init?(_ word: FaultWord) throws(OptionError) {
        switch (word.name, word.value) {
        case ("token-too-long", nil): self = .tokenTooLong
        case ("no-token", nil): self = .noToken
        case ("expiration", let value):
            guard let expiration = value.flatMap(Expiration.init) else {
                throw OptionError("expiration is past, century, missing or string")
            }
            self = .expiration(expiration)
        default: return nil
        }
    }

    package func conflict(with effect: FaultEffect?) -> String? {
        effect == nil ? nil : OptionError.spoiltTwice.description
    }
}
