// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import Testing

@testable import SessionProtocol
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct IdentifierTests {
    @Test(arguments: [
        ("someString", "customer@synerise.com", "345d4c8f-5aff-591d-a19c-1ca48923d9ee"),
        ("yourdomain.com", "customer@synerise.com", "7023e164-2318-542c-9992-0b70cf4c5625"),
        ("someString", "\t Customer@Synerise.COM ", "345d4c8f-5aff-591d-a19c-1ca48923d9ee"),
    ])
    func derivesThePublishedUUIDs(salt: String, identifier: String, uuid: String) {
        #expect(Identifier.uuid(of: identifier, salt: salt).description == uuid)
    }

    // Recomputed with Python's uuid.uuid5(uuid.NAMESPACE_URL, salt + identifier).
    @Test(arguments: [
        ("", "python.org", "7af94e2b-4dd9-50f0-9c9a-8a48519bdef0"),
        ("", "customer@synerise.com", "c9abbdb5-f61c-5306-81ad-36952e196d4d"),
        (" Salt ", "Customer", "a57afc4f-86fb-510e-9e3e-5367ecd22708"),
        ("s", "Żółć@x", "669dd4e2-b91c-5d2d-ad42-398d20d7fe73"),
    ])
    func usesTheSaltByteForByte(salt: String, identifier: String, uuid: String) {
        #expect(Identifier.uuid(of: identifier, salt: salt).description == uuid)
    }

    @Test(arguments: [
        ("Żółć@X", "Żółć@x"),
        ("A@B", "a@b"),
        ("A@B@C", "A@B@C"),
        ("Name", "Name"),
        ("\u{0B}\u{0C}\r\n\t Id \u{0D}", "Id"),
        ("\u{A0}A@B\u{A0}", "\u{A0}a@b\u{A0}"),
        ("A B@C D", "a b@c d"),
        (" @ ", "@"),
        ("", ""),
        (" \t ", ""),
        ("É@E\u{301}", "É@e\u{301}"),
        ("\u{1F}A@B", "\u{1F}a@b"),
        ("[A@Z]{`@", "[A@Z]{`@"),
        ("[AZ]@{az}", "[az]@{az}"),
    ])
    func normalises(text: String, expected: String) {
        #expect(Array(Identifier.normalised(text).utf8) == Array(expected.utf8))
        #expect(Array(Identifier.normalised(expected).utf8) == Array(expected.utf8), "twice is once")
    }

    @Test(arguments: [(" A@B ", "A@B"), ("\tx y\n", "x y"), ("\u{2003}x", "\u{2003}x"), (" ", "")])
    func trimsLabelsAndNothingElse(text: String, expected: String) {
        #expect(Identifier.trimmed(text) == expected)
    }

    @Test func aCombiningMarkBehindABlankStaysWhereItIs() {
        #expect(Array(Identifier.trimmed(" \u{301}x").unicodeScalars) == ["\u{301}", "x"])
    }

    @Test func anAccountIsKnownAgainByItsNormalisedNameAndTheSaltOnly() {
        let account = LastAccount(name: "Alice@Example.com ", salt: "s")
        #expect(account == LastAccount(name: "alice@example.com", salt: "s"))
        #expect(account != LastAccount(name: "alice@example.com", salt: "t"))
        #expect(account != LastAccount(name: "bob@example.com", salt: "s"))
        #expect(LastAccount(name: "bc", salt: "a") != LastAccount(name: "c", salt: "ab"))
        #expect(LastAccount(name: "", salt: "s") != .unnamed)
    }
}
