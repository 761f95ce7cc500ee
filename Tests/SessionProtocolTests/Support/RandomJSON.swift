// SPDX-License-Identifier: Apache-2.0

@testable import SessionProtocol
@testable import TestSupport

/// Makes JSON values, and texts of them in the many forms that RFC 8259 allows for one value.
struct RandomJSON {
    private var generator: SeededRandom

    init(seed: UInt64) { generator = SeededRandom(seed: seed) }

    mutating func value(depth: Int = 5) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .number(JSONNumber(text: number()))
        case 3, 4: return .string(string())
        case 5: return .array((0..<Int.random(in: 0...5, using: &generator)).map { _ in value(depth: depth - 1) })
        default:
            let count = Int.random(in: 0...5, using: &generator)
            return .object((0..<count).map { JSONMember("\($0)\(string())", value(depth: depth - 1)) })
        }
    }

    /// A text of the value with white space and escapes by chance.
    mutating func text(of value: JSONValue) -> String {
        switch value {
        case .null: return spaced("null")
        case .bool(let bool): return spaced(bool ? "true" : "false")
        case .number(let number): return spaced(number.text)
        case .string(let string): return spaced(quoted(string))
        case .array(let elements):
            return spaced("[" + elements.map { text(of: $0) }.joined(separator: ",") + space() + "]")
        case .object(let members):
            let texts = members.map { spaced(quoted($0.name)) + ":" + text(of: $0.value) }
            return spaced("{" + texts.joined(separator: ",") + space() + "}")
        }
    }

    /// The bytes with one of them changed, removed, doubled or moved.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        guard let index = bytes.indices.randomElement(using: &generator) else { return bytes }
        var bytes = bytes
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(bytes[index], at: index)
        case 3: bytes.swapAt(index, bytes.startIndex)
        default: bytes[index] = Array(#"{}[]",:\u0123456789eE+-.dDfF"#.utf8).randomElement(using: &generator) ?? 0
        }
        return bytes
    }

    private mutating func number() -> String {
        var text = Bool.random(using: &generator) ? "-" : ""
        text += Bool.random(using: &generator) ? "0" : String(UInt64.random(in: 1...UInt64.max, using: &generator))
        if Bool.random(using: &generator) { text += ".\(UInt16.random(in: 0...UInt16.max, using: &generator))" }
        if Bool.random(using: &generator) {
            text += ["e", "E", "e+", "E-"].randomElement(using: &generator) ?? ""
            text += String(UInt8.random(in: 0...255, using: &generator))
        }
        return text
    }

    private mutating func string() -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x1F, 0x20...0x7F, 0x20...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF,
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            let range = ranges.randomElement(using: &generator) ?? 0...0
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private mutating func quoted(_ string: String) -> String {
        "\"" + string.unicodeScalars.map { escaped($0) }.joined() + "\""
    }

    private mutating func escaped(_ scalar: Unicode.Scalar) -> String {
        let short = [
            "\"": #"\""#, "\\": #"\\"#, "/": #"\/"#, "\u{8}": #"\b"#, "\u{C}": #"\f"#, "\n": #"\n"#, "\r": #"\r"#,
            "\t": #"\t"#,
        ]
        if let escape = short[String(scalar)], Bool.random(using: &generator) { return escape }
        let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
        guard mustEscape || Int.random(in: 0..<4, using: &generator) == 0 else { return String(scalar) }
        return String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16, uppercase: Bool.random(using: &generator))
            return #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    private mutating func spaced(_ text: String) -> String { space() + text + space() }

    private mutating func space() -> String {
        (0..<Int.random(in: 0...2, using: &generator)).map { _ in
            [" ", "\t", "\n", "\r"].randomElement(using: &generator) ?? " "
        }.joined()
    }
}
