// SPDX-License-Identifier: Apache-2.0

/// Where a string stands in a text that was scanned: between its quotes.
struct JSONStringToken {
    var range: Range<Int>
    var hasEscapes: Bool

    /// The string's characters, unescaped.
    func string(in text: Span<UInt8>) -> String {
        if !hasEscapes { return text.text(in: range) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        forEachByte(in: text) { bytes.append($0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A hash of the unescaped bytes (FNV-1a); equal strings have equal ones, whatever escapes they use.
    func hash(in text: Span<UInt8>) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        forEachByte(in: text) { hash = (hash ^ UInt32($0)) &* 16_777_619 }
        return hash
    }

    /// Whether both are the same string, unescaped.
    func equals(_ other: JSONStringToken, in text: Span<UInt8>) -> Bool {
        if hasEscapes || other.hasEscapes {
            // Not String's ==, which compares canonically: names are compared as they are.
            return string(in: text).utf8.elementsEqual(other.string(in: text).utf8)
        }
        guard range.count == other.range.count else { return false }
        for index in 0..<range.count where text[range.lowerBound + index] != text[other.range.lowerBound + index] {
            return false
        }
        return true
    }

    /// Whether the unescaped bytes are these.
    func equals(_ name: StaticString, in text: Span<UInt8>) -> Bool {
        if hasEscapes { return string(in: text).utf8.elementsEqual(name.description.utf8) }
        guard range.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { expected in
            for index in 0..<expected.count where text[range.lowerBound + index] != expected[index] { return false }
            return true
        }
    }

    private func forEachByte(in text: Span<UInt8>, _ body: (UInt8) -> Void) {
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = text[position]
            if byte != UInt8(ascii: "\\") {
                body(byte)
                position += 1
            } else {
                let scalar = JSONEscape.scalar(in: text, at: &position)
                for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { body(byte) }
            }
        }
    }
}

extension Span where Element == UInt8 {
    /// The text of a range that is known to be UTF-8.
    func text(in range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
