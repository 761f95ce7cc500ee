// SPDX-License-Identifier: Apache-2.0

/// Walks through a JSON text and validates it, RFC 8259 to the letter, without building anything.
///
/// What it keeps does not grow with what it skips: the names of the objects that are open (at most
/// ``WireLimits/nestingDepth`` × ``WireLimits/objectMembers``), in storage that is used again for the next text.
struct JSONScanner {
    private struct Name {
        var token: JSONStringToken
        var hash: UInt32
    }

    private(set) var position = 0
    private var names: [Name] = []
    private var openNames: [Int] = []
    // Nothing was read yet of the container that was opened last.
    private var isFresh = false

    /// Starts anew at the beginning of another text.
    mutating func reset(to position: Int = 0) {
        self.position = position
        names.removeAll(keepingCapacity: true)
        openNames.removeAll(keepingCapacity: true)
    }

    /// The first byte of the next value; white space before it is skipped.
    mutating func peekValue(_ text: Span<UInt8>) throws(JSONError) -> UInt8 {
        skipWhitespace(text)
        guard position < text.count else { throw JSONError(reason: .unexpectedEnd, offset: position) }
        return text[position]
    }

    /// Skips one value of any kind.
    mutating func skipValue(_ text: Span<UInt8>) throws(JSONError) {
        switch try peekValue(text) {
        case UInt8(ascii: "{"):
            try beginObject()
            while try nextMember(text) != nil { try skipValue(text) }
        case UInt8(ascii: "["):
            try beginArray()
            while try nextElement(text) { try skipValue(text) }
        case UInt8(ascii: "\""): _ = try string(text)
        case UInt8(ascii: "t"): try literal("true", text)
        case UInt8(ascii: "f"): try literal("false", text)
        case UInt8(ascii: "n"): try literal("null", text)
        default: _ = try number(text)
        }
    }

    /// Refuses anything but white space behind the value.
    mutating func finish(_ text: Span<UInt8>) throws(JSONError) {
        skipWhitespace(text)
        guard position == text.count else { throw JSONError(reason: .trailingBytes, offset: position) }
    }

    mutating func beginObject() throws(JSONError) { try open() }

    mutating func beginArray() throws(JSONError) { try open() }

    /// The name of the next member, whose value comes next; `nil` behind the object's end.
    mutating func nextMember(_ text: Span<UInt8>) throws(JSONError) -> JSONStringToken? {
        guard try advance(text, closing: UInt8(ascii: "}")) else { return nil }
        let start = position
        guard position < text.count else { throw JSONError(reason: .unexpectedEnd, offset: position) }
        guard text[position] == UInt8(ascii: "\"") else { throw JSONError(reason: .unexpectedByte, offset: position) }
        let name = try string(text)
        try remember(name, at: start, text)
        try expect(UInt8(ascii: ":"), text)
        return name
    }

    /// Whether another element comes next; `false` behind the array's end.
    mutating func nextElement(_ text: Span<UInt8>) throws(JSONError) -> Bool {
        try advance(text, closing: UInt8(ascii: "]"))
    }

    private mutating func open() throws(JSONError) {
        guard openNames.count < WireLimits.nestingDepth else { throw JSONError(reason: .tooDeep, offset: position) }
        openNames.append(names.count)
        isFresh = true
        position += 1
    }

    private mutating func advance(_ text: Span<UInt8>, closing: UInt8) throws(JSONError) -> Bool {
        guard try peekValue(text) == closing else {
            if !isFresh { try expect(UInt8(ascii: ","), text) }
            isFresh = false
            _ = try peekValue(text)
            return true
        }
        position += 1
        isFresh = false
        let outer = openNames.removeLast()
        names.removeLast(names.count - outer)
        return false
    }

    private mutating func remember(_ name: JSONStringToken, at offset: Int, _ text: Span<UInt8>) throws(JSONError) {
        let hash = name.hash(in: text)
        let first = openNames[openNames.count - 1]
        for index in first..<names.count where names[index].hash == hash && names[index].token.equals(name, in: text) {
            throw JSONError(reason: .duplicateName, offset: offset)
        }
        guard names.count - first < WireLimits.objectMembers else {
            throw JSONError(reason: .tooManyMembers, offset: offset)
        }
        names.append(Name(token: name, hash: hash))
    }

    mutating func expect(_ byte: UInt8, _ text: Span<UInt8>) throws(JSONError) {
        guard try peekValue(text) == byte else { throw JSONError(reason: .unexpectedByte, offset: position) }
        position += 1
    }

    private mutating func skipWhitespace(_ text: Span<UInt8>) {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }
}

extension JSONScanner {
    /// Skips a string, whose opening quote is next.
    mutating func string(_ text: Span<UInt8>) throws(JSONError) -> JSONStringToken {
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            position = text.endOfPlainText(from: position)
            guard position < text.count else { break }
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return JSONStringToken(range: start..<position - 1, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try JSONEscape.skip(in: text, at: &position)
            } else if byte >= 0x80 {
                position += try UTF8Sequence.length(in: text, at: position)
            } else {
                throw JSONError(reason: .controlCharacter, offset: position)
            }
        }
        throw JSONError(reason: .unexpectedEnd, offset: position)
    }

    /// Skips a number and gives its range, RFC 8259 §6.
    mutating func number(_ text: Span<UInt8>) throws(JSONError) -> Range<Int> {
        let start = position
        skip(UInt8(ascii: "-"), text)
        if position < text.count, text[position] == UInt8(ascii: "0") {
            position += 1
        } else if skipDigits(text) == 0 {
            throw JSONError(reason: position == start ? unexpected(text) : .invalidNumber, offset: start)
        }
        if skip(UInt8(ascii: "."), text), skipDigits(text) == 0 {
            throw JSONError(reason: .invalidNumber, offset: start)
        }
        if skip(UInt8(ascii: "e"), text) || skip(UInt8(ascii: "E"), text) {
            if !skip(UInt8(ascii: "+"), text) { skip(UInt8(ascii: "-"), text) }
            if skipDigits(text) == 0 { throw JSONError(reason: .invalidNumber, offset: start) }
        }
        if position < text.count, isDigit(text[position]) { throw JSONError(reason: .invalidNumber, offset: start) }
        return start..<position
    }

    /// Skips `true`, `false` or `null`.
    mutating func literal(_ word: StaticString, _ text: Span<UInt8>) throws(JSONError) {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            guard position < text.count else { throw JSONError(reason: .unexpectedEnd, offset: position) }
            guard text[position] == (word.utf8Start + index).pointee else {
                throw JSONError(reason: .unexpectedByte, offset: start)
            }
            position += 1
        }
    }

    private func unexpected(_ text: Span<UInt8>) -> JSONError.Reason {
        text[position] >= 0x80 ? .invalidUTF8 : .unexpectedByte
    }

    @discardableResult
    private mutating func skip(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipDigits(_ text: Span<UInt8>) -> Int {
        let start = position
        while position < text.count, isDigit(text[position]) { position += 1 }
        return position - start
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

extension Span where Element == UInt8 {
    /// Where the characters end that stand in a string as ASCII and for themselves: at a quote, a backslash, a control
    /// character, or what is not ASCII.
    fileprivate func endOfPlainText(from start: Int) -> Int {
        withUnsafeBytes { EightBytes.endOfPlainText(in: $0, from: start) }
    }
}

/// Eight bytes at a time, the first of them the lowest: most of a line is a token and names.
enum EightBytes {
    /// As `Span.endOfPlainText` has it.
    static func endOfPlainText(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var position = start
        while position + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let found = firstSpecial(in: word)
            if found < 8 { return position + found }
            position += 8
        }
        while position < bytes.count, !isSpecial(bytes[position]) { position += 1 }
        return position
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    // A borrow can show a byte as special only above one that is.
    private static func firstSpecial(in word: UInt64) -> Int {
        let controls = (word &- ones &* 0x20) & ~word
        let quotes = zeros(word ^ ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = zeros(word ^ ones &* UInt64(UInt8(ascii: "\\")))
        return ((word | controls | quotes | backslashes) & highs).trailingZeroBitCount / 8
    }

    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
}
