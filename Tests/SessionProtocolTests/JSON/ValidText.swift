// SPDX-License-Identifier: Apache-2.0

import Testing

/// A text that RFC 8259 allows, and the same value without white space and needless escapes.
struct ValidText: CustomTestStringConvertible {
    var text: String
    var rewritten: String

    init(_ text: String, _ rewritten: String? = nil) {
        self.text = text
        self.rewritten = rewritten ?? text
    }

    var testDescription: String { text.count > 60 ? "\(text.prefix(60))…" : text }

    static let all = literals + numbers + strings + escapes + containers + limits

    static let literals = ["null", "true", "false"].map { ValidText($0) }

    static let numbers = [
        "0", "-0", "1", "-1", "9", "10", "1234567890", "-98765432109876543210987654321", "0.0", "-0.0", "0.5", "1.25",
        "10.01", "0.000", "1e0", "1E0", "1e+0", "1E-0", "1e01", "0e1", "-0e-1", "12.34e+56", "1e999", "-1E-999",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    ].map { ValidText($0) }

    static let strings = [
        #""""#, #""a""#, #"" ""#, #""/""#, #""'""#, "\"\u{7F}\"", "\"\u{80}\"", "\"\u{7FF}\"", "\"\u{800}\"",
        "\"\u{D7FF}\"", "\"\u{E000}\"", "\"\u{FEFF}\"", "\"\u{FFFD}\"", "\"\u{FFFE}\"", "\"\u{FFFF}\"",
        "\"\u{10000}\"", "\"\u{10FFFF}\"", "\"\u{2028}\u{2029}\"", "\"e\u{301}\u{E9}\"", "\"Żółć 日本 👩‍👩‍👧\"",
    ].map { ValidText($0) }

    static let escapes = [
        ValidText(#""\"""#), ValidText(#""\\""#), ValidText(#""\/""#, #""/""#),
        ValidText(#""\b\f\n\r\t""#, #""\u0008\u000c\n\r\t""#),
        ValidText(#""\u0000""#), ValidText(#""\u001F""#, #""\u001f""#), ValidText(#""\u0020""#, #"" ""#),
        ValidText(#""\u0022\u005c""#, #""\"\\""#), ValidText(#""\u0041\u00e9\u20AC""#, #""Aé€""#),
        ValidText(#""\uD7FF\uE000\uFFFF""#, "\"\u{D7FF}\u{E000}\u{FFFF}\""),
        ValidText(#""\ud83d\ude00""#, #""😀""#), ValidText(#""\uD800\uDC00""#, "\"\u{10000}\""),
        ValidText(#""\uDBFF\uDFFF""#, "\"\u{10FFFF}\""), ValidText(#""a\\u0041""#), ValidText(#""\\\"\\""#),
        ValidText(#""\uFEFF""#, "\"\u{FEFF}\""),
    ]

    static let containers = [
        ValidText("[]"), ValidText("{}"), ValidText("[ ]", "[]"), ValidText("{\t}", "{}"), ValidText("[[]]"),
        ValidText("[{}]"), ValidText("[1,2,3]"), ValidText(" [ 1 ,\r\n2\t] ", "[1,2]"),
        ValidText("\n{ \"a\" : 1 , \"b\" : [ ] }\t", #"{"a":1,"b":[]}"#), ValidText(#"{"":0}"#),
        ValidText(#"[null,true,false,0,"",[],{}]"#), ValidText(#"{"a":{"a":{"a":1}}}"#),
        ValidText(#"[{"a":1},{"a":1}]"#), ValidText(#"{"a":1,"A":2}"#), ValidText(#"{"a":1,"a ":2}"#),
        ValidText("{\"\u{E9}\":1,\"e\u{301}\":2}"), ValidText(#"{"\u0061":1}"#, #"{"a":1}"#),
        ValidText(#"{"x":{"a":1},"a":2,"y":[{"a":3}],"b":4}"#),
        ValidText(#"{"K":1,"\u212a":2}"#, "{\"K\":1,\"\u{212A}\":2}"),
    ]

    static let limits = [
        ValidText(nested(32)), ValidText(nested(32, open: #"{"a":"#, core: "1", close: "}")),
        ValidText("[" + nested(31) + "," + nested(31) + "]"), ValidText(object(members: 256)),
        ValidText("[\(object(members: 256)),\(object(members: 256))]"),
        ValidText(#"{"a":\#(object(members: 256)),"b":\#(object(members: 256))}"#),
        ValidText("[" + Array(repeating: "0", count: 1_000).joined(separator: ",") + "]"),
    ]
}
