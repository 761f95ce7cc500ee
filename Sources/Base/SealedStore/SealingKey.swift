// SPDX-License-Identifier: Apache-2.0

package import Crypto
package import SessiondPrimitives

/// The key that states are sealed with, and the name by which their headers tell it.
///
/// A payload is sealed by AES-256-GCM with a key derived from this one (HKDF, RFC 5869) and a new random nonce each time;
/// the header block is its associated data, so that nothing in it can be changed either.
package struct SealingKey: Sendable {
    /// Bytes of a key.
    package static let byteCount = 32
    /// How many bytes longer than a payload is what the seal makes of it: a nonce of 12 and a tag of 16.
    static let overheadBytes = 28

    /// The key's name, from which nobody gets to the key.
    package let id: HexIdentifier
    private let secret: SecretBytes

    /// Takes over a key; `nil` where it does not have ``byteCount`` bytes.
    package init?(_ secret: SecretBytes) {
        guard secret.count == Self.byteCount else { return nil }
        let name = Self.derive(from: secret, for: "sessiond state key id", byteCount: 16)
        guard let id = HexIdentifier(name.withUnsafeBytes { $0.hexadecimal }) else { return nil }
        (self.id, self.secret) = (id, secret)
    }

    /// Nonce, ciphertext and tag.
    package func seal(_ payload: [UInt8], header: [UInt8]) throws(CryptoKitError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(payload, using: encryptionKey, authenticating: header)
            return Array(box.nonce) + box.ciphertext + box.tag
        } catch {
            throw error as? CryptoKitError ?? .underlyingCoreCryptoError(error: 0)
        }
    }

    /// The payload; `nil` where it or the header is not what was sealed with this key.
    func open(_ sealed: ArraySlice<UInt8>, header: [UInt8]) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let payload = try? AES.GCM.open(box, using: encryptionKey, authenticating: header)
        else { return nil }
        return Array(payload)
    }

    /// In memory for as long as it is worked with; the library overwrites it then.
    private var encryptionKey: SymmetricKey { Self.derive(from: secret, for: "sessiond state seal", byteCount: 32) }

    private static func derive(from secret: SecretBytes, for purpose: String, byteCount: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret.withUnsafeBytes { SymmetricKey(data: $0) }, info: Array(purpose.utf8),
            outputByteCount: byteCount)
    }
}

extension SealingKey: Equatable {
    /// Whether they are the same key, by their names.
    package static func == (one: SealingKey, other: SealingKey) -> Bool { one.id == other.id }
}
