// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
package import SessionProtocol
import _CryptoExtras

/// An RSA key that signs JSON Web Tokens, RFC 7518 §3.3.
package struct SigningKey: Sendable {
    /// With which hash.
    package enum Algorithm: String, Sendable {
        case rs256 = "RS256"
        case rs512 = "RS512"
    }

    private let key: _RSA.Signing.PrivateKey
    private let algorithm: Algorithm
    private let header: String

    /// The key of a PEM file, PKCS #1 or PKCS #8; `nil`: a new one of 2,048 bits.
    ///
    /// - Parameter namesItself: Whether tokens say which key has signed them, by its thumbprint.
    /// - Throws: ``OptionError`` for one that cannot be used.
    package init(pem: String?, _ algorithm: Algorithm, namesItself: Bool = false) throws(OptionError) {
        do {
            key = if let pem { try .init(pemRepresentation: pem) } else { try .init(keySize: .bits2048) }
        } catch {
            throw OptionError("the signing key has to be an RSA key of at least 2,048 bits in PEM: \(error)")
        }
        self.algorithm = algorithm
        let kid = namesItself ? #","kid":"\#(SigningKey.thumbprint(key))""# : ""
        header = Base64URL.encode(Array(#"{"alg":"\#(algorithm.rawValue)","typ":"JWT"\#(kid)}"#.utf8))
    }

    /// SubjectPublicKeyInfo in PEM.
    package var publicPEM: String { key.publicKey.pemRepresentation + "\n" }

    /// The public key as a JSON Web Key, RFC 7517; `null` where the library does not give its numbers.
    package var jwk: JSONValue {
        guard let numbers = SigningKey.numbers(key) else { return .null }
        let members = [
            ("kty", "RSA"), ("use", "sig"), ("alg", algorithm.rawValue), ("kid", SigningKey.thumbprint(key)),
            ("n", numbers.modulus), ("e", numbers.exponent),
        ]
        return .object(members.map { JSONMember($0.0, .string($0.1)) })
    }

    /// A token with those claims.
    package func token(claims: [UInt8]) throws -> String {
        let signed = "\(header).\(Base64URL.encode(claims))"
        let signature = try signature(of: Array(signed.utf8))
        return "\(signed).\(Base64URL.encode(signature))"
    }

    /// The claims of a token that this key signed; `nil` for anything else.
    package func claims(of token: String) -> [UInt8]? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == header, let claims = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { return nil }
        return isValid(signature, of: Array("\(parts[0]).\(parts[1])".utf8)) ? claims : nil
    }

    private func signature(of signed: [UInt8]) throws -> [UInt8] {
        let signature =
            switch algorithm {
            case .rs256: try key.signature(for: SHA256.hash(data: signed), padding: .insecurePKCS1v1_5)
            case .rs512: try key.signature(for: SHA512.hash(data: signed), padding: .insecurePKCS1v1_5)
            }
        return Array(signature.rawRepresentation)
    }

    private func isValid(_ bytes: [UInt8], of signed: [UInt8]) -> Bool {
        let (key, signature) = (key.publicKey, _RSA.Signing.RSASignature(rawRepresentation: bytes))
        return switch algorithm {
        case .rs256: key.isValidSignature(signature, for: SHA256.hash(data: signed), padding: .insecurePKCS1v1_5)
        case .rs512: key.isValidSignature(signature, for: SHA512.hash(data: signed), padding: .insecurePKCS1v1_5)
        }
    }

    /// Modulus and public exponent, in base64url.
    private static func numbers(_ key: _RSA.Signing.PrivateKey) -> (modulus: String, exponent: String)? {
        guard let numbers = try? key.publicKey.getKeyPrimitives() else { return nil }
        return (Base64URL.encode(Array(numbers.modulus)), Base64URL.encode(Array(numbers.publicExponent)))
    }

    /// RFC 7638.
    private static func thumbprint(_ key: _RSA.Signing.PrivateKey) -> String {
        guard let numbers = numbers(key) else { return "" }
        let text = #"{"e":"\#(numbers.exponent)","kty":"RSA","n":"\#(numbers.modulus)"}"#
        return Base64URL.encode(Array(SHA256.hash(data: Array(text.utf8))))
    }
}
