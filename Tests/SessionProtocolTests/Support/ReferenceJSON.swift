// SPDX-License-Identifier: Apache-2.0

/// A recogniser of RFC 8259 with our limits, written another way than the module's: over characters, by recursion,
/// without offsets. It says only whether a text is accepted.
struct ReferenceJSON {
    private var rest: Substring.UnicodeScalarView

    static func accepts(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        var reader = ReferenceJSON(rest: text[...].unicodeScalars)
        return reader.value(depth: 0) && reader.rest.isEmpty
    }

    private mutating func value(depth: Int) -> Bool {
        space()
        let accepted: Bool
        switch rest.first {
        case "{": accepted = depth < 32 && object(depth: depth + 1)
        case "[": accepted = depth < 32 && array(depth: depth + 1)
        case "\"": accepted = string() != nil
        case "t": accepted = word("true")
        case "f": accepted = word("false")
        case "n": accepted = word("null")
        default: accepted = number()
        }
        space()
        return accepted
    }

    private mutating func object(depth: Int) -> Bool {
        var names: Set<[UInt16]> = []
        rest.removeFirst()
        space()
        if take("}") { return true }
        repeat {
            space()
            guard let name = string(), names.insert(name).inserted, names.count <= 256 else { return false }
            space()
            guard take(":"), value(depth: depth) else { return false }
        } while take(",")
        return take("}")
    }

    private mutating func array(depth: Int) -> Bool {
        rest.removeFirst()
        space()
        if take("]") { return true }
        repeat {
            guard value(depth: depth) else { return false }
        } while take(",")
        return take("]")
    }

    // UTF-16 code units, in which escaped surrogates need no special case until the end.
    private mutating func string() -> [UInt16]? {
        guard take("\"") else { return nil }
        var units: [UInt16] = []
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return isWellFormed(units) ? units : nil
            case "\\":
                guard let unit = escape() else { return nil }
                units.append(unit)
            case "\u{0}"..."\u{1F}": return nil
            default: units += Array(UTF16.encode(scalar) ?? UTF16.EncodedScalar([0xFFFD]))
            }
        }
        return nil
    }

    private mutating func escape() -> UInt16? {
        let short: [Unicode.Scalar: UInt16] = [
            "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
        ]
        guard let letter = rest.popFirst() else { return nil }
        if letter != "u" { return short[letter] }
        let digits = rest.prefix(4)
        guard digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
        rest.removeFirst(4)
        return UInt16(String(String.UnicodeScalarView(digits)), radix: 16)
    }

    private func isWellFormed(_ units: [UInt16]) -> Bool { String(validating: units, as: UTF16.self) != nil }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") { guard digits() else { return false } }
        if take(".") { guard digits() else { return false } }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        let run = rest.prefix { ("0"..."9").contains($0) }
        rest.removeFirst(run.count)
        return !run.isEmpty
    }

    private mutating func word(_ word: String) -> Bool {
        for scalar in word.unicodeScalars { guard take(scalar) else { return false } }
        return true
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func space() {
        while let scalar = rest.first, [" ", "\t", "\n", "\r"].contains(scalar) { rest.removeFirst() }
    }
}
