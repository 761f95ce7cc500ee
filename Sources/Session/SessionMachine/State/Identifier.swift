// SPDX-License-Identifier: Apache-2.0

import Crypto
package import SessionProtocol
import SessiondPrimitives

/// How an identifier (clientIdentifier, authID, login) is written for derivation and comparison.
package enum Identifier {
    /// Trims U+0009–000D and U+0020 at both ends; where exactly one `@` remains, maps A–Z to a–z. Nothing else.
    package static func normalised(_ text: String) -> String {
        let trimmed = trimmed(text)
        guard trimmed.utf8.count(where: { $0 == UInt8(ascii: "@") }) == 1 else { return trimmed }
        let lowered = trimmed.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        return String(decoding: lowered, as: UTF8.self)
    }

    /// Whether two identifiers are the same once normalised: byte for byte, which String's `==` is not.
    package static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return normalised(left).utf8.elementsEqual(normalised(right).utf8)
    }

    /// Trims U+0009–000D and U+0020 at both ends, which is all that is done to labels.
    package static func trimmed(_ text: String) -> String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { (0x09...0x0D).contains(scalar.value) || scalar.value == 0x20 }
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return String(scalars)
    }

    /// The UUID of an identifier: version 5, namespace URL, name = salt + normalised identifier (RFC 9562 §5.5).
    package static func uuid(of text: String, salt: String) -> CustomerUUID {
        let namespaceURL: [UInt8] = [
            0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
        ]
        let name = namespaceURL + Array(salt.utf8) + Array(normalised(text).utf8)
        return CustomerUUID(bytes: Array(Insecure.SHA1.hash(data: name)), version: 5)
    }
}

/// Who was known last, so that another account can be told from the same one; it says nothing of who it was.
package enum LastAccount: Sendable, Equatable {
    /// The salted hash of an authID or a login.
    case hash(String)
    /// An account that no name was known of: no other is the same.
    case unnamed

    /// The last account of a name.
    package init(name: String, salt: String) {
        let digest = SHA256.hash(data: Array(salt.utf8) + [0] + Array(Identifier.normalised(name).utf8))
        self = .hash(digest.hexadecimal)
    }

    /// The account that an authority has a name for, byte for byte.
    package init(subject: String, origin: String, salt: String) {
        let text = Array(salt.utf8) + [0] + Array(origin.utf8) + [0] + Array(subject.utf8)
        self = .hash(SHA256.hash(data: text).hexadecimal)
    }
}
