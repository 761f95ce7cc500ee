// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol

@Suite("Request ids", .timeLimit(.minutes(10)))
struct RequestIDTests {
    static let valid = [
        "0", "1", "-1", "-0", "42", "18446744073709551615", "99999999999999999999", "-99999999999999999999", "null",
        #""""#, #""a""#, #""\"\\""#, #""\u0041""#, #""\u0000""#, "\"\u{E9}😀\"", #"" ""#,
        "\"" + String(repeating: "a", count: 256) + "\"", "\"" + String(repeating: "é", count: 128) + "\"",
        "\"" + String(repeating: #"\n"#, count: 128) + "\"",
    ]

    @Test("a string, an integer or null is an id, kept byte for byte", arguments: valid)
    func keepsValid(id: String) throws {
        let scanned = try ScannedLine(#"{"jsonrpc":"2.0","id" : \#(id) ,"method":"session.status"}"#)
        let envelope = try #require(scanned.single)
        #expect(envelope.problem == nil)
        #expect(scanned.id(of: envelope) == id)
        #expect(!envelope.isNotification)
    }

    static let invalid = [
        "1.0", "1.5", "-1.5", "1e0", "1E2", "1e+2", "0e0", "-0.0", "100000000000000000000", "-100000000000000000000",
        "true", "false", "[]", "[1]", "{}", #"{"a":1}"#,
        "\"" + String(repeating: "a", count: 257) + "\"", "\"" + String(repeating: "é", count: 129) + "\"",
        "\"" + String(repeating: #"\n"#, count: 128) + "a\"",
    ]

    @Test("anything else is none", arguments: invalid)
    func refusesInvalid(id: String) throws {
        let envelope = try #require(
            try ScannedLine(#"{"jsonrpc":"2.0","id":\#(id),"method":"session.status"}"#).single)
        #expect(envelope.problem == .id)
        #expect(envelope.id == nil)
        #expect(!envelope.isNotification)
    }
}
