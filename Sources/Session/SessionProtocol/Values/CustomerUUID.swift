// SPDX-License-Identifier: Apache-2.0

/// The UUID of a customer, in lower case (RFC 9562 §4).
public struct CustomerUUID: Sendable, Hashable, CustomStringConvertible {
    /// The 36 characters, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
    public let description: String

    /// Reads a UUID of any version, in upper or lower case; `nil` for anything else.
    public init?(_ text: String) {
        var text = text
        let hasUpperCase = text.withUTF8 { bytes -> Bool? in
            guard bytes.count == 36 else { return nil }
            var hasUpperCase = false
            for (index, byte) in bytes.enumerated() {
                let isHyphen = index == 8 || index == 13 || index == 18 || index == 23
                switch byte {
                case UInt8(ascii: "-"): guard isHyphen else { return nil }
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
                    guard !isHyphen else { return nil }
                case UInt8(ascii: "A")...UInt8(ascii: "F"):
                    guard !isHyphen else { return nil }
                    hasUpperCase = true
                default: return nil
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
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        description = String(decoding: text, as: UTF8.self)
    }
}
