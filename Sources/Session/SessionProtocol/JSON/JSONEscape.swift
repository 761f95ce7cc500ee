// SPDX-License-Identifier: Apache-2.0

/// Escapes in strings, RFC 8259 §7.
enum JSONEscape {
    /// Validates the escape that begins at `position` and moves behind it.
    static func skip(in text: Span<UInt8>, at position: inout Int) throws(JSONError) {
        guard position + 1 < text.count else { throw JSONError(reason: .unexpectedEnd, offset: text.count) }
        guard text[position + 1] == UInt8(ascii: "u") else {
            guard simple(text[position + 1]) != nil else { throw JSONError(reason: .invalidEscape, offset: position) }
            position += 2
            return
        }
        let unit = try codeUnit(in: text, at: position)
        if UTF16.isTrailSurrogate(unit) { throw JSONError(reason: .loneSurrogate, offset: position) }
        guard UTF16.isLeadSurrogate(unit) else {
            position += 6
            return
        }
        guard position + 7 < text.count, text[position + 6] == UInt8(ascii: "\\"),
            text[position + 7] == UInt8(ascii: "u"),
            UTF16.isTrailSurrogate(try codeUnit(in: text, at: position + 6))
        else { throw JSONError(reason: .loneSurrogate, offset: position) }
        position += 12
    }

    /// The character of an escape that was validated; moves behind it.
    static func scalar(in text: Span<UInt8>, at position: inout Int) -> Unicode.Scalar {
        if let byte = simple(text[position + 1]) {
            position += 2
            return Unicode.Scalar(byte)
        }
        let high = UInt32((try? codeUnit(in: text, at: position)) ?? 0)
        position += 6
        guard high & 0xFC00 == 0xD800 else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
        let low = UInt32((try? codeUnit(in: text, at: position)) ?? 0)
        position += 6
        return Unicode.Scalar(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)) ?? "\u{FFFD}"
    }

    private static func simple(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    private static func codeUnit(in text: Span<UInt8>, at position: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for index in position + 2..<position + 6 {
            guard index < text.count else { throw JSONError(reason: .unexpectedEnd, offset: text.count) }
            guard let digit = hexDigit(text[index]) else { throw JSONError(reason: .invalidEscape, offset: position) }
            unit = unit << 4 | digit
        }
        return unit
    }

    private static func hexDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
