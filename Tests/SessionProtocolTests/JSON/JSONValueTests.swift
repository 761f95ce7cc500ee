// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol

@Suite("JSON values", .timeLimit(.minutes(10)))
struct JSONValueTests {
    @Test(
        "an integer is one without fraction and exponent, within 64 bits",
        arguments: [
            ("0", 0), ("-0", 0), ("-1", -1), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
            ("9223372036854775808", nil), ("1.0", nil), ("1e3", nil), ("\"1\"", nil), ("true", nil), ("null", nil),
        ] as [(String, Int64?)])
    func integers(text: String, expected: Int64?) throws {
        #expect(try JSONValue(parsing: bytes(text)).integer == expected)
    }

    @Test(
        "a number beyond the range of floating point has no such value",
        arguments: [("0.001", 0.001), ("1e999", nil), ("-1e999", nil), ("300", 300), ("1E-3", 0.001)]
            as [(String, Double?)])
    func doubles(text: String, expected: Double?) throws {
        guard case .number(let number) = try JSONValue(parsing: bytes(text)) else {
            Issue.record("no number")
            return
        }
        #expect(number.double == expected)
        #expect(number.text == text)
    }

    @Test("each kind answers for itself and is nil for the others")
    func accessors() throws {
        let value = try JSONValue(parsing: bytes(#"{"s":"x","b":true,"n":1,"z":null,"a":[],"o":{}}"#))
        #expect(value["s"]?.string == "x" && value["b"]?.string == nil && value["n"]?.string == nil)
        #expect(value["b"]?.bool == true && value["s"]?.bool == nil && value["n"]?.bool == nil)
        #expect(value["n"]?.integer == 1 && value["b"]?.integer == nil)
        #expect(value["o"]?.members == [] && value["a"]?.members == nil)
        #expect(value["z"] == .null && value["missing"] == nil && JSONValue.array([])["s"] == nil)
        #expect(value.members?.map(\.name) == ["s", "b", "n", "z", "a", "o"])
    }

    @Test("a writer puts commas between, and leaves out members that are nil")
    func writesMembers() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("text", "a\"\\\n\r\t\u{1}\u{7F}é")
        writer.member("none", String?.none)
        writer.member("noNumber", Int?.none)
        writer.member("noBool", Bool?.none)
        writer.member("noValue", JSONValue?.none)
        writer.member("noTexts", [String]?.none)
        writer.member("number", UInt64.max)
        writer.member("bool", false)
        writer.member("null", JSONValue.null)
        writer.member("texts", ["a", "b"])
        writer.object("object") { $0.member("a", 1) }
        writer.object("empty") { _ in }
        writer.name("array")
        writer.beginArray()
        writer.null()
        writer.beginArray()
        writer.endArray()
        writer.raw(bytes("{}"))
        writer.endArray()
        writer.endObject()
        let expected =
            #"{"text":"a\"\\\n\r\t\u0001"# + "\u{7F}"
            + #"é","number":18446744073709551615,"bool":false,"null":null,"texts":["a","b"],"#
            + #""object":{"a":1},"empty":{},"array":[null,[],{}]}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }
}
