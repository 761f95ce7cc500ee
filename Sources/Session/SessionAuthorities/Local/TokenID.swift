// SPDX-License-Identifier: Apache-2.0

/// The `jti` of a token: 16 random bytes and, where somebody signed in, 16 more by which the authority finds their
/// account again. Without its key these are as good as random: the token says to nobody what the login was.
struct TokenID: Equatable {
    static let randomByteCount = 16

    var bytes: [UInt8]

    /// The random part.
    var nonce: ArraySlice<UInt8> { bytes.prefix(TokenID.randomByteCount) }

    /// The account's part; empty where nobody signed in.
    var accountTag: ArraySlice<UInt8> { bytes.dropFirst(TokenID.randomByteCount) }
}
