// SPDX-License-Identifier: Apache-2.0

/// A 128-bit identifier of an installation, a machine or a key, written as 32 lower-case hex digits.
package struct HexIdentifier: Sendable, Hashable, CustomStringConvertible {
    /// The 32 digits, as sd_id128_to_string(3) writes them.
    package let text: String

    /// Takes over exactly 32 lower-case hex digits; `nil` for anything else.
    package init?(_ text: String) {
        let digits = text.utf8
        guard digits.count == 32, digits.allSatisfy(Self.isDigit) else { return nil }
        self.text = text
    }

    /// Draws a new one.
    package init(using generator: inout some RandomNumberGenerator) {
        let halves = [
            UInt64.random(in: 0...UInt64.max, using: &generator), .random(in: 0...UInt64.max, using: &generator),
        ]
        text = halves.map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// The same as ``text``.
    package var description: String { text }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
