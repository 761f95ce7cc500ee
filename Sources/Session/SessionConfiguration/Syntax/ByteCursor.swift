// SPDX-License-Identifier: Apache-2.0

/// A position in bytes that only moves forward and never past the end.
struct ByteCursor {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position >= bytes.count }

    var current: UInt8? { isAtEnd ? nil : bytes[position] }

    /// Takes the byte here, if there is one.
    mutating func next() -> UInt8? {
        guard let byte = current else { return nil }
        position += 1
        return byte
    }

    /// Takes the byte here if it is this one.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    /// Takes bytes as long as they belong.
    mutating func take(while belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while let byte = current, belongs(byte) { position += 1 }
        return bytes[start..<position]
    }

    /// Takes exactly so many bytes, or none.
    mutating func take(count: Int) -> ArraySlice<UInt8>? {
        guard bytes.count - position >= count else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func skipBlanks() { _ = take(while: ASCII.isBlank) }
}
