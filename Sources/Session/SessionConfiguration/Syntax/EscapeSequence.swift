// SPDX-License-Identifier: Apache-2.0

/// The C-style escapes of `systemd.syntax(7)`, table 1.
enum EscapeSequence {
    private static let single: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "s"): 0x20,
        UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "\""): 0x22, UInt8(ascii: "'"): 0x27,
    ]

    /// Decodes what follows a backslash to the bytes it stands for.
    static func decode(from cursor: inout ByteCursor) throws(InvalidValue) -> [UInt8] {
        guard let kind = cursor.current else { throw InvalidValue("nothing after a backslash") }
        if let byte = single[kind] {
            _ = cursor.next()
            return [byte]
        }
        if ASCII.isDigit(kind) { return [try byte(number(from: &cursor, digits: 3, radix: 8))] }
        _ = cursor.next()
        switch kind {
        case UInt8(ascii: "x"): return [try byte(number(from: &cursor, digits: 2, radix: 16))]
        case UInt8(ascii: "u"): return try scalar(number(from: &cursor, digits: 4, radix: 16))
        case UInt8(ascii: "U"): return try scalar(number(from: &cursor, digits: 8, radix: 16))
        default: throw InvalidValue("an unknown escape after a backslash (a backslash itself is written twice)")
        }
    }

    private static func number(
        from cursor: inout ByteCursor,
        digits: Int,
        radix: Int
    ) throws(InvalidValue) -> UInt32 {
        guard let bytes = cursor.take(count: digits), !bytes.contains(UInt8(ascii: "+")),
            let number = UInt32(String(decoding: bytes, as: UTF8.self), radix: radix)
        else { throw InvalidValue("an escape with too few digits") }
        guard number != 0 else { throw InvalidValue("an escape for NUL") }
        return number
    }

    private static func byte(_ number: UInt32) throws(InvalidValue) -> UInt8 {
        guard let byte = UInt8(exactly: number) else { throw InvalidValue("an escape beyond one byte") }
        return byte
    }

    private static func scalar(_ number: UInt32) throws(InvalidValue) -> [UInt8] {
        guard let scalar = Unicode.Scalar(number) else { throw InvalidValue("an escape for no character") }
        return Array(String(Character(scalar)).utf8)
    }
}
