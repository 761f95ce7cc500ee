// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// The UUID of a customer, in lower case (RFC 9562 §4).
public struct CustomerUUID: Sendable, Hashable, CustomStringConvertible {
    /// The 36 characters, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
    public let description: String

    // A bit for each place where one stands.
    private static let hyphens: UInt64 = 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23

    /// Reads a UUID of any version, in upper or lower case; `nil` for anything else.
    public init?(_ text: String) {
        var text = text
        let hasUpperCase = text.withUTF8 { bytes -> Bool? in
            guard bytes.count == 36 else { return nil }
            var hasUpperCase = false
            for index in 0..<36 {
                let byte = bytes[index]
                if CustomerUUID.hyphens >> index & 1 == 1 {
                    guard byte == UInt8(ascii: "-") else { return nil }
                } else if byte &- UInt8(ascii: "0") >= 10 {
                    guard (byte | 0x20) &- UInt8(ascii: "a") < 6 else { return nil }
                    if byte & 0x20 == 0 { hasUpperCase = true }
                }
            }
            return hasUpperCase
        }
        guard let hasUpperCase else { return nil }
        description = hasUpperCase ? text.lowercased() : text
    }

    /// The UUID of those 16 bytes with the version and the variant set, RFC 9562 §5.
    public init(bytes: [UInt8], version: UInt8) {
        var bytes = Array((bytes + Array(repeating: 0, count: 16)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | version << 4
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(hexadecimalDigit(byte >> 4))
            text.append(hexadecimalDigit(byte & 15))
        }
        description = String(decoding: text, as: UTF8.self)
    }
}
