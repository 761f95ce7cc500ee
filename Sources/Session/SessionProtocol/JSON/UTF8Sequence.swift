// SPDX-License-Identifier: Apache-2.0

/// Multi-byte sequences, RFC 3629 §4.
enum UTF8Sequence {
    /// The length of the well-formed sequence that begins at `position` with a byte of 0x80 or more.
    static func length(in text: Span<UInt8>, at position: Int) throws(JSONError) -> Int {
        let count: Int
        let second: ClosedRange<UInt8>
        switch text[position] {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: throw JSONError(reason: .invalidUTF8, offset: position)
        }
        guard position + count <= text.count, second.contains(text[position + 1]) else {
            throw JSONError(reason: .invalidUTF8, offset: position)
        }
        for index in position + 2..<max(position + count, position + 2) where text[index] & 0xC0 != 0x80 {
            throw JSONError(reason: .invalidUTF8, offset: position)
        }
        return count
    }
}
