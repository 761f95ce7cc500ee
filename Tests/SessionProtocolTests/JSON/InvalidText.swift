// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol

/// Bytes that are refused, and what the error says.
struct InvalidText: CustomTestStringConvertible {
    var bytes: [UInt8]
    var error: JSONError

    init(_ bytes: [UInt8], _ reason: JSONError.Reason, at offset: Int) {
        self.bytes = bytes
        error = JSONError(reason: reason, offset: offset)
    }

    init(_ text: String, _ reason: JSONError.Reason, at offset: Int) { self.init(Array(text.utf8), reason, at: offset) }

    var testDescription: String { String(decoding: bytes.prefix(60), as: UTF8.self) }

    static let all = ends + values + numbers + strings + escapes + containers + names + limits

    static let ends = [
        InvalidText("", .unexpectedEnd, at: 0), InvalidText(" \t\r\n", .unexpectedEnd, at: 4),
        InvalidText("[", .unexpectedEnd, at: 1), InvalidText("[1", .unexpectedEnd, at: 2),
        InvalidText("[1,", .unexpectedEnd, at: 3), InvalidText("{", .unexpectedEnd, at: 1),
        InvalidText(#"{"a""#, .unexpectedEnd, at: 4), InvalidText(#"{"a":"#, .unexpectedEnd, at: 5),
        InvalidText(#"{"a":1"#, .unexpectedEnd, at: 6), InvalidText(#"{"a":1,"#, .unexpectedEnd, at: 7),
        InvalidText("tru", .unexpectedEnd, at: 3), InvalidText("\"", .unexpectedEnd, at: 1),
        InvalidText("\"abc", .unexpectedEnd, at: 4), InvalidText(#""\"#, .unexpectedEnd, at: 2),
        InvalidText(#""\""#, .unexpectedEnd, at: 3), InvalidText(#""\u00"#, .unexpectedEnd, at: 5),
    ]

    static let values = [
        InvalidText("nul1", .unexpectedByte, at: 0), InvalidText("True", .unexpectedByte, at: 0),
        InvalidText("NaN", .unexpectedByte, at: 0), InvalidText("Infinity", .unexpectedByte, at: 0),
        InvalidText("'a'", .unexpectedByte, at: 0), InvalidText("undefined", .unexpectedByte, at: 0),
        InvalidText("// a\n1", .unexpectedByte, at: 0), InvalidText("/**/1", .unexpectedByte, at: 0),
        InvalidText("1 // a", .trailingBytes, at: 2), InvalidText("#1", .unexpectedByte, at: 0),
        InvalidText("}", .unexpectedByte, at: 0), InvalidText("]", .unexpectedByte, at: 0),
        InvalidText(",", .unexpectedByte, at: 0), InvalidText(":", .unexpectedByte, at: 0),
        InvalidText("\u{B}1", .unexpectedByte, at: 0), InvalidText("\u{C}1", .unexpectedByte, at: 0),
        InvalidText("1\u{C}", .trailingBytes, at: 1), InvalidText([0], .unexpectedByte, at: 0),
        InvalidText([0x31, 0], .trailingBytes, at: 1), InvalidText("\u{A0}1", .invalidUTF8, at: 0),
        InvalidText("\u{FEFF}1", .invalidUTF8, at: 0), InvalidText("1\u{FEFF}", .trailingBytes, at: 1),
        InvalidText("[\u{FEFF}1]", .invalidUTF8, at: 1), InvalidText("1 2", .trailingBytes, at: 2),
        InvalidText("{}{}", .trailingBytes, at: 2), InvalidText("[]]", .trailingBytes, at: 2),
        InvalidText("nullnull", .trailingBytes, at: 4), InvalidText("truex", .trailingBytes, at: 4),
        InvalidText(#""a""b""#, .trailingBytes, at: 3), InvalidText([0xFF, 0xFE, 0x31, 0], .invalidUTF8, at: 0),
    ]

    static let numbers = [
        InvalidText("-", .invalidNumber, at: 0), InvalidText(" -", .invalidNumber, at: 1),
        InvalidText("--1", .invalidNumber, at: 0), InvalidText("-a", .invalidNumber, at: 0),
        InvalidText("01", .invalidNumber, at: 0), InvalidText("-01", .invalidNumber, at: 0),
        InvalidText("00", .invalidNumber, at: 0), InvalidText("1.", .invalidNumber, at: 0),
        InvalidText("1.e1", .invalidNumber, at: 0), InvalidText("-.5", .invalidNumber, at: 0),
        InvalidText("1e", .invalidNumber, at: 0), InvalidText("1e+", .invalidNumber, at: 0),
        InvalidText("1E-", .invalidNumber, at: 0), InvalidText("1e+-1", .invalidNumber, at: 0),
        InvalidText("[1,02]", .invalidNumber, at: 3), InvalidText("+1", .unexpectedByte, at: 0),
        InvalidText(".5", .unexpectedByte, at: 0), InvalidText("1.2.3", .trailingBytes, at: 3),
        InvalidText("1e5.5", .trailingBytes, at: 3), InvalidText("1e5e5", .trailingBytes, at: 3),
        InvalidText("0x10", .trailingBytes, at: 1), InvalidText("1_000", .trailingBytes, at: 1),
        InvalidText("1a", .trailingBytes, at: 1), InvalidText("- 1", .invalidNumber, at: 0),
        InvalidText("-Infinity", .invalidNumber, at: 0), InvalidText("١", .invalidUTF8, at: 0),
    ]

    static let strings: [InvalidText] =
        (0..<0x20).map { InvalidText([0x22, 0x61, $0, 0x22], .controlCharacter, at: 2) }
        + [
            [0x80], [0xBF], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x22], [0xC2, 0xC2],
            [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE0, 0xA0], [0xE1, 0x80, 0x7F], [0xE2, 0x28, 0xA1],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xEF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF0, 0x9F, 0x98, 0x22],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ].map { InvalidText([0x22, 0x61] + $0 + [0x22], .invalidUTF8, at: 2) }

    static let escapes = [
        InvalidText(#""\a""#, .invalidEscape, at: 1), InvalidText(#""\'""#, .invalidEscape, at: 1),
        InvalidText(#""\x41""#, .invalidEscape, at: 1), InvalidText(#""\0""#, .invalidEscape, at: 1),
        InvalidText(#""\N""#, .invalidEscape, at: 1), InvalidText(#""\ ""#, .invalidEscape, at: 1),
        InvalidText(#""a\U0041""#, .invalidEscape, at: 2), InvalidText(#""\u""#, .invalidEscape, at: 1),
        InvalidText(#""\u12""#, .invalidEscape, at: 1), InvalidText(#""\u123""#, .invalidEscape, at: 1),
        InvalidText(#""\u12G4""#, .invalidEscape, at: 1), InvalidText(#""\u{41}""#, .invalidEscape, at: 1),
        InvalidText(#""\u+041""#, .invalidEscape, at: 1), InvalidText(#""\u 041""#, .invalidEscape, at: 1),
        InvalidText(#""\ud800""#, .loneSurrogate, at: 1), InvalidText(#""\uDBFF""#, .loneSurrogate, at: 1),
        InvalidText(#""\udc00""#, .loneSurrogate, at: 1), InvalidText(#""ab\uDFFF""#, .loneSurrogate, at: 3),
        InvalidText(#""\ud800a""#, .loneSurrogate, at: 1), InvalidText(#""\ud800\n""#, .loneSurrogate, at: 1),
        InvalidText(#""\ud800\ud800""#, .loneSurrogate, at: 1), InvalidText(#""\ud800A""#, .loneSurrogate, at: 1),
        InvalidText(#""\udc00\ud800""#, .loneSurrogate, at: 1), InvalidText(#""\ud800\u00""#, .invalidEscape, at: 7),
        InvalidText(#""\ud83d\ude0z""#, .invalidEscape, at: 7),
        InvalidText(#""\ud800\u0041""#, .loneSurrogate, at: 1), InvalidText(#"{"\ud800":1}"#, .loneSurrogate, at: 2),
        InvalidText([0x22, 0x5C, 0xC3, 0xA9, 0x22], .invalidEscape, at: 1),
    ]

    static let containers = [
        InvalidText("[,]", .unexpectedByte, at: 1), InvalidText("[1,]", .unexpectedByte, at: 3),
        InvalidText("[,1]", .unexpectedByte, at: 1), InvalidText("[1,,2]", .unexpectedByte, at: 3),
        InvalidText("[1 2]", .unexpectedByte, at: 3), InvalidText("[1;2]", .unexpectedByte, at: 2),
        InvalidText("[1:2]", .unexpectedByte, at: 2), InvalidText("[1}", .unexpectedByte, at: 2),
        InvalidText("[}", .unexpectedByte, at: 1), InvalidText("{]", .unexpectedByte, at: 1),
        InvalidText("{,}", .unexpectedByte, at: 1), InvalidText(#"{"a":1,}"#, .unexpectedByte, at: 7),
        InvalidText(#"{"a"}"#, .unexpectedByte, at: 4), InvalidText(#"{"a":}"#, .unexpectedByte, at: 5),
        InvalidText(#"{"a",1}"#, .unexpectedByte, at: 4), InvalidText(#"{"a":1 "b":2}"#, .unexpectedByte, at: 7),
        InvalidText("{a:1}", .unexpectedByte, at: 1), InvalidText("{1:1}", .unexpectedByte, at: 1),
        InvalidText("{'a':1}", .unexpectedByte, at: 1), InvalidText("{null:1}", .unexpectedByte, at: 1),
        InvalidText(#"{"a":1]"#, .unexpectedByte, at: 6), InvalidText(#"{"a"::1}"#, .unexpectedByte, at: 5),
        InvalidText(#"{"a":1,,"b":2}"#, .unexpectedByte, at: 7), InvalidText("[[],[]", .unexpectedEnd, at: 6),
        InvalidText("[[]1]", .unexpectedByte, at: 3), InvalidText(#"{"a":{}"b":1}"#, .unexpectedByte, at: 7),
        InvalidText("[1,\u{E9}]", .invalidUTF8, at: 3),
    ]

    static let names = [
        InvalidText(#"{"a":1,"a":1}"#, .duplicateName, at: 7), InvalidText(#"{"":1,"":2}"#, .duplicateName, at: 6),
        InvalidText(#"{"a":1,"b":2,"a":3}"#, .duplicateName, at: 13),
        InvalidText(#"{"a":1,"\u0061":2}"#, .duplicateName, at: 7),
        InvalidText(#"{"\u0061":1,"a":2}"#, .duplicateName, at: 12),
        InvalidText(#"{"\u006A":1,"\u006a":2}"#, .duplicateName, at: 12),
        InvalidText(#"{"/":1,"\/":2}"#, .duplicateName, at: 7),
        InvalidText(#"{"\n":1,"\u000a":2}"#, .duplicateName, at: 8),
        InvalidText(#"{"😀":1,"\ud83d\ude00":2}"#, .duplicateName, at: 10),
        InvalidText(#"[{"a":1,"a":1}]"#, .duplicateName, at: 8),
        InvalidText(#"{"a":{"b":[{"c":1,"c":2}]}}"#, .duplicateName, at: 18),
        InvalidText(#"{"a":{"a":1,"b":[{"a":1}]},"a":2}"#, .duplicateName, at: 27),
        InvalidText(#"{"a":{"x":1},"b":[{"x":1}],"a":0}"#, .duplicateName, at: 27),
        InvalidText(nested(31, open: "[", core: #"{"a":1,"a":2}"#), .duplicateName, at: 38),
    ]

    static let limits = [
        InvalidText(nested(33), .tooDeep, at: 32),
        InvalidText(nested(33, open: #"{"a":"#, core: "1", close: "}"), .tooDeep, at: 160),
        InvalidText("[" + nested(31) + "," + nested(32) + "]", .tooDeep, at: 95),
        InvalidText(nested(10_000), .tooDeep, at: 32), InvalidText(nested(40, close: ""), .tooDeep, at: 32),
        InvalidText(object(members: 257), .tooManyMembers, at: object(members: 256).utf8.count),
        InvalidText("[\(object(members: 257))]", .tooManyMembers, at: object(members: 256).utf8.count + 1),
    ]
}
