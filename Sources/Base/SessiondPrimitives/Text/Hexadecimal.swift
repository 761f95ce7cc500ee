// SPDX-License-Identifier: Apache-2.0

extension Sequence<UInt8> {
    /// The bytes as lower-case hexadecimal digits, in ASCII.
    // Inlined: without knowing the sequence this was an eighth of all that a change of the session cost.
    @inlinable package var hexadecimalDigits: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * underestimatedCount)
        for byte in self {
            digits.append(hexadecimalDigit(byte >> 4))
            digits.append(hexadecimalDigit(byte & 15))
        }
        return digits
    }

    /// The bytes as lower-case hexadecimal digits.
    package var hexadecimal: String { String(decoding: hexadecimalDigits, as: UTF8.self) }
}

/// A number below 16 as a lower-case hexadecimal digit, in ASCII.
@inlinable package func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value - 10)
}

extension UInt128 {
    /// The number as 32 lower-case hexadecimal digits: as sd_id128_to_string(3) writes identifiers.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}
