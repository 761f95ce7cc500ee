// SPDX-License-Identifier: Apache-2.0

import Crypto
import SessionProtocol

/// The key that this device signs its tokens with: ECDSA on P-256 with SHA-256 (RFC 7518 §3.4).
struct DeviceKey: Sendable {
    /// The public half as a JSON Web Key (RFC 7517).
    let publicKey: JSONValue
    private let key: P256.Signing.PrivateKey
    private let accountKey: SymmetricKey
    private let encodedHeader: String

    /// The key that is stored as that text, or a new one where there is none or it is none.
    init(stored: Secret?) {
        let bytes = stored.flatMap { Base64URL.decode($0.reveal()) }
        self.init(bytes.flatMap { try? P256.Signing.PrivateKey(rawRepresentation: $0) } ?? P256.Signing.PrivateKey())
    }

    private init(_ key: P256.Signing.PrivateKey) {
        let coordinates = Array(key.publicKey.rawRepresentation)
        let (x, y) = (Base64URL.encode(coordinates.prefix(32)), Base64URL.encode(coordinates.suffix(32)))
        let thumbprint = DeviceKey.thumbprint(x: x, y: y)
        publicKey = DeviceKey.object([
            ("kty", "EC"), ("crv", "P-256"), ("x", x), ("y", y), ("alg", "ES256"), ("use", "sig"), ("kid", thumbprint),
        ])
        encodedHeader = DeviceKey.encoded([("alg", "ES256"), ("typ", "JWT"), ("kid", thumbprint)])
        self.key = key
        accountKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key.rawRepresentation), info: Array("sessiond account tag".utf8),
            outputByteCount: 32)
    }

    /// The private half's raw representation in base64url, to be stored.
    var stored: Secret { Secret(Base64URL.encode(key.rawRepresentation)) }

    /// The token of claims: a JSON Web Signature in its compact form (RFC 7515 §7.1).
    func sign(_ claims: LocalClaims) throws -> Secret {
        let signed = "\(encodedHeader).\(Base64URL.encode(claims.json))"
        let signature = try key.signature(for: Array(signed.utf8))
        return Secret("\(signed).\(Base64URL.encode(signature.rawRepresentation))")
    }

    /// The claims of a token that this key has signed.
    func verify(_ token: Secret) throws(ForeignToken) -> LocalClaims {
        let parts = token.reveal().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed }
        // The key writes one header only, so a token with another one was signed by somebody else.
        guard parts[0] == encodedHeader else { throw .otherKey }
        guard let payload = Base64URL.decode(parts[1]), let bytes = Base64URL.decode(parts[2]) else { throw .malformed }
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: bytes),
            key.publicKey.isValidSignature(signature, for: Array("\(parts[0]).\(parts[1])".utf8))
        else { throw .badSignature }
        guard let claims = LocalClaims(json: payload) else { throw .otherIssuer }
        return claims
    }

    // RFC 7638 §3: the required members only, in the order of their names, without white space.
    private static func thumbprint(x: String, y: String) -> String {
        var writer = JSONWriter()
        writer.value(object([("crv", "P-256"), ("kty", "EC"), ("x", x), ("y", y)]))
        return Base64URL.encode(SHA256.hash(data: writer.bytes))
    }

    private static func encoded(_ members: [(String, String)]) -> String {
        var writer = JSONWriter()
        writer.value(object(members))
        return Base64URL.encode(writer.bytes)
    }

    private static func object(_ members: [(String, String)]) -> JSONValue {
        .object(members.map { JSONMember($0.0, .string($0.1)) })
    }
}

extension DeviceKey {
    /// A new token's id, for an account or for nobody.
    func makeTokenID(account: String?) -> TokenID {
        let nonce = (0..<TokenID.randomByteCount).map { _ in UInt8.random(in: .min ... .max) }
        return TokenID(bytes: nonce + (account.map { accountTag(nonce, $0) } ?? []))
    }

    /// Whether an id was made for an account of that normalised login.
    func isTokenID(_ id: TokenID, madeFor account: String) -> Bool {
        !id.accountTag.isEmpty && id.accountTag.elementsEqual(accountTag(Array(id.nonce), account))
    }

    private func accountTag(_ nonce: [UInt8], _ account: String) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(for: nonce + Array(account.utf8), using: accountKey)
        return Array(Array(code).prefix(16))
    }
}

/// Why a token is not this device's own.
enum ForeignToken: String, Error {
    case malformed = "it is not a token of this authority"
    case otherKey = "it was signed with another key"
    case badSignature = "its signature does not fit"
    case otherIssuer = "its claims are not this authority's"
}
