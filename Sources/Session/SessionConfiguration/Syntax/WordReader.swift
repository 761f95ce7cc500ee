// SPDX-License-Identifier: Apache-2.0

/// Takes one item after the other from a value.
///
/// A quotation mark counts at the start of an item only, and its partner must end the item; escapes count inside and
/// outside of quotation marks (`systemd.syntax(7)`, Quoting).
struct WordReader {
    private var cursor: ByteCursor

    init(_ value: String) {
        cursor = ByteCursor(value)
    }

    /// The next item, or nil at the end.
    mutating func next() throws(InvalidValue) -> String? {
        cursor.skipBlanks()
        guard let first = cursor.current else { return nil }
        let bytes = ASCII.isQuote(first) ? try quotedItem() : try plainItem()
        guard let item = String(validating: bytes, as: UTF8.self) else {
            throw InvalidValue("its escapes do not make UTF-8 text")
        }
        return item
    }

    private mutating func plainItem() throws(InvalidValue) -> [UInt8] {
        var bytes: [UInt8] = []
        while let byte = cursor.current, !ASCII.isBlank(byte) { bytes += try escapedOrPlain() }
        return bytes
    }

    private mutating func quotedItem() throws(InvalidValue) -> [UInt8] {
        let quote = cursor.next()
        var bytes: [UInt8] = []
        while cursor.current != quote {
            if cursor.isAtEnd { throw InvalidValue("the closing quote is missing") }
            bytes += try escapedOrPlain()
        }
        _ = cursor.next()
        if let after = cursor.current, !ASCII.isBlank(after) { throw InvalidValue("text after the closing quote") }
        return bytes
    }

    private mutating func escapedOrPlain() throws(InvalidValue) -> [UInt8] {
        guard let byte = cursor.next() else { return [] }
        return byte == ASCII.backslash ? try EscapeSequence.decode(from: &cursor) : [byte]
    }
}
