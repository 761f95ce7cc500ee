// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import _CryptoExtras

/// The RSA key of the tokens; they are JSON Web Tokens signed with RS512 (RFC 7518 §3.3).
struct TokenKey: Sendable {
    private let key: _RSA.Signing.PrivateKey
    private static let header = Base64URL.encode(Array(#"{"alg":"RS512","typ":"JWT"}"#.utf8))

    /// A new key of 2,048 bits.
    init() throws { key = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// The key of a PEM file, PKCS #1 or PKCS #8.
    init(pem: String) throws { key = try _RSA.Signing.PrivateKey(pemRepresentation: pem) }

    /// SubjectPublicKeyInfo in PEM.
    var publicPEM: String { key.publicKey.pemRepresentation + "\n" }

    func token(_ claims: TokenClaims) throws -> String {
        let signed = "\(TokenKey.header).\(Base64URL.encode(claims.json))"
        let digest = SHA512.hash(data: Array(signed.utf8))
        let signature = try key.signature(for: digest, padding: .insecurePKCS1v1_5)
        return "\(signed).\(Base64URL.encode(Array(signature.rawRepresentation)))"
    }

    /// The claims of a token that this key signed; `nil` for anything else.
    func claims(of token: String) -> TokenClaims? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == TokenKey.header, let claims = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { return nil }
        let digest = SHA512.hash(data: Array("\(parts[0]).\(parts[1])".utf8))
        let isValid = key.publicKey.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature), for: digest, padding: .insecurePKCS1v1_5)
        return isValid ? TokenClaims(json: claims) : nil
    }
}
