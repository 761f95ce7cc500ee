// SPDX-License-Identifier: Apache-2.0

extension Sequence<UInt8> {
    /// The bytes as lower-case hexadecimal digits, in ASCII.
    package var hexadecimalDigits: [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// The bytes as lower-case hexadecimal digits.
    package var hexadecimal: String { String(decoding: hexadecimalDigits, as: UTF8.self) }
}

extension UInt128 {
    /// The number as 32 lower-case hexadecimal digits: as sd_id128_to_string(3) writes identifiers.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}
