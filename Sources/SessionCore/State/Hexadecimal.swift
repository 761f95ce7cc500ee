// SPDX-License-Identifier: Apache-2.0

extension Sequence<UInt8> {
    /// The bytes as lower-case hexadecimal digits, in ASCII.
    var hexadecimalDigits: [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// The bytes as lower-case hexadecimal digits.
    var hexadecimal: String { String(decoding: hexadecimalDigits, as: UTF8.self) }
}
