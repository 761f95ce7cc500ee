// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

/// What one parameter of one method accepts, as sessiond-protocol(7) says it.
struct ParameterRule: CustomTestStringConvertible {
    enum Kind {
        /// An e-mail or identifier, whose blanks at both ends do not count.
        case name(maximumBytes: Int)
        /// A password or token.
        case text(maximumBytes: Int)
        /// A bearer token or an API key, of visible ASCII characters.
        case visible(maximumBytes: Int)
        case change(maximumBytes: Int)
        case bool
        case integer(ClosedRange<Int64>)
        case object(maximumBytes: Int?)
        case integers
        case uuid
        case timestamp
        case word([String])
        case origin
        /// The web pages that a connection speaks for.
        case pages
    }

    var request: any SessionRequest.Type
    var member: String
    var kind: Kind
    /// The member that the error names where this one is missing; `nil` where it may be.
    var blamedWhenMissing: String?
    /// The other parameters that a call needs, `"a":1,"b":2`.
    var others = ""

    var testDescription: String { "\(request.method.rawValue) \(member)" }

    /// Reads parameters with a value, as JSON, for the member.
    func request(with value: String?) throws -> any SessionRequest {
        try request.init(parameters: object([others, value.map { "\"\(member)\":\($0)" } ?? ""]))
    }

    func request(and extra: String) throws -> any SessionRequest {
        try request.init(parameters: object([others, "\"\(member)\":\(accepted[0])", extra]))
    }

    private func object(_ parts: [String]) throws -> [JSONMember] {
        let text = "{" + parts.filter { !$0.isEmpty }.joined(separator: ",") + "}"
        return try JSONValue(parsing: bytes(text)).members ?? []
    }
}

extension ParameterRule {
    private static let uuid = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"

    private static func filled(_ count: Int, _ character: Character = "x") -> String {
        "\"" + String(repeating: character, count: count) + "\""
    }

    /// An object that has so many bytes without white space.
    private static func object(bytes count: Int) -> String {
        #"{"a":"# + filled(count - 8) + "}"
    }

    /// JSON values that are accepted, bounds included.
    var accepted: [String] {
        switch kind {
        case .text(let maximum): texts(maximum) + [#"" ""#]
        case .visible(let maximum):
            [#""x""#, "\"!\\\"#$\\\\~\"", Self.filled(maximum - 1), Self.filled(maximum)]
        case .name(let maximum): texts(maximum) + spacedNames
        case .change(let maximum): texts(maximum) + spacedNames + ["null"]
        case .bool: ["true", "false"]
        case .integer(let range): ["\(range.lowerBound)", "\(range.upperBound)", "-0", "1"]
        case .object(nil): ["{}", #"{"a":{"b":[1,null]}}"#]
        case .object(let maximum?):
            [
                "{}", #"{"a":{"b":[1,null]}}"#, Self.object(bytes: maximum),
                "{ \"a\" : " + Self.filled(maximum - 8) + " }",
            ]
        case .integers: ["[1]", "[]", "[1,2,-3]"]
        case .uuid: ["\"\(Self.uuid)\"", "\"\(Self.uuid.uppercased())\""]
        case .timestamp: [#""2026-11-23T05:02:03Z""#, #""0000-01-01T00:00:00Z""#, #""9999-12-31T23:59:59Z""#]
        case .word(let words): words.map { "\"\($0)\"" }
        case .pages: [#"{"origin":"x"}"#, #"{"origin":"# + Self.filled(300) + "}"]
        case .origin: [#""SYNERISE""#, #""OAUTH""#, #""SOMETHING_NEW""#]
        }
    }

    /// JSON values that are refused.
    var refused: [String] {
        switch kind {
        case .text(let maximum): ["null", #""\t""#, #""a\n""#, #""\ta""#] + refusedTexts(maximum)
        case .visible(let maximum):
            ["null", #"" ""#, #""a b""#, #""\ta""#, #""ä""#, #""a\u200bb""#, #""a\u001b""#] + refusedTexts(maximum)
        case .name(let maximum): ["null"] + blanks + refusedTexts(maximum)
        case .change(let maximum): blanks + refusedTexts(maximum)
        case .bool: ["null", "0", "1", #""true""#, "[]", "{}"]
        case .integer(let range):
            ["null", "true", #""1""#, "1.0", "1e0", "[]", "{}", "\(range.lowerBound - 1)", "9223372036854775808"]
                + (range.upperBound < .max ? ["\(range.upperBound + 1)"] : [])
        case .object(let maximum):
            ["null", "[]", "1", "true", #""{}""#] + (maximum.map { [Self.object(bytes: $0 + 1)] } ?? [])
        case .integers: ["null", "1", "{}", #"["1"]"#, "[1.0]", "[null]", "[[1]]", "[9223372036854775808]"]
        case .uuid: ["null", #""""#, "1", "[]", #""345d4c8f5aff591da19c1ca48923d9ee""#, "\"\(Self.uuid.dropLast())\""]
        case .timestamp:
            [
                "null", "1795410123", #""""#, #""2026-11-23""#, #""2026-11-23T05:02:03+00:00""#,
                #""2026-02-30T00:00:00Z""#,
            ]
        case .word(let words):
            ["null", "1", "[]", #""""#, #""x""#, "\" \(words[0])\""]
                + words.flatMap { ["\"\($0.lowercased())_\"", "\"\($0.replacing("K", with: "\u{212A}"))\""] }
                .filter { !words.contains(String($0.dropFirst().dropLast())) || $0.unicodeScalars.contains("\u{212A}") }
        case .pages:
            [
                "null", "1", "[]", #""https://a.example""#, "{}", #"{"origin":null}"#, #"{"origin":""}"#,
                #"{"origin":["a"]}"#, #"{"origin":"a b"}"#, #"{"origin":"ż"}"#, #"{"origin":"a","url":"a"}"#,
                #"{"origin":"a","_hint":1}"#, #"{"Origin":"a"}"#, #"{"origin":"# + Self.filled(301) + "}",
            ]
        case .origin: ["null", "1", #""""#, #""ANONYMOUS""#, #""SIMPLE_AUTH""#]
        }
    }

    private func texts(_ maximum: Int) -> [String] {
        [#""x""#, Self.filled(maximum - 1), Self.filled(maximum), Self.filled(maximum / 2, "é"), #""\u00a0""#]
    }

    private var spacedNames: [String] { [#""\t\n\u000b\f\r x \r""#, #"" a b""#] }

    private var blanks: [String] { [#"" ""#, #""\t \r\n""#, #""\u0000x""#, #""x\u0000""#, #""x \u0008 ""#] }

    private func refusedTexts(_ maximum: Int) -> [String] {
        ["1", "true", "[]", "{}", #"["x"]"#, #""""#, Self.filled(maximum + 1), Self.filled(maximum / 2 + 1, "é")]
            + [#""a\u0000""#, #""\u001f""#, #""a\nb""#, #""\u007f""#, #""\u0085""#, #""\u009f""#]
    }
}
