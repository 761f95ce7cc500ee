// SPDX-License-Identifier: Apache-2.0

/// Quoting and escapes of `systemd.syntax(7)`, read and written.
enum Quoting {
    /// A text value: verbatim, unless it begins with a quotation mark; then it is one quoted item.
    static func text(_ value: String) throws(InvalidValue) -> String {
        guard let first = value.utf8.first, ASCII.isQuote(first) else { return value }
        let items = try words(value)
        guard let item = items.first, items.count == 1 else { throw InvalidValue("text after the closing quote") }
        return item
    }

    /// The items of a value, separated by blanks.
    static func words(_ value: String) throws(InvalidValue) -> [String] {
        var reader = WordReader(value)
        var words: [String] = []
        while let word = try reader.next() { words.append(word) }
        return words
    }

    /// Writes a text so that ``text(_:)`` reads it back.
    static func writtenText(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return "" }
        let isPlain =
            !ASCII.isBlank(first) && !ASCII.isBlank(last) && !ASCII.isQuote(first) && last != ASCII.backslash
            && !bytes.contains(where: ASCII.isControl)
        return isPlain ? text : quoted(text)
    }

    /// Writes an item so that ``words(_:)`` reads it back.
    static func writtenWord(_ word: String) -> String {
        let needsQuotes = word.utf8.contains {
            ASCII.isBlank($0) || ASCII.isQuote($0) || ASCII.isControl($0) || $0 == ASCII.backslash
        }
        return needsQuotes || word.isEmpty ? quoted(word) : word
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.isASCII && ASCII.isControl(UInt8(scalar.value)):
                result += "\\x" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
