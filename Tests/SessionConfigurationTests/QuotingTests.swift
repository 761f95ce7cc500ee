// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionConfiguration

@Suite("Quoting of systemd.syntax(7)", .timeLimit(.minutes(10)))
struct QuotingTests {
    @Test(
        "Reads a text byte for byte unless it begins with a quotation mark",
        arguments: [
            ("plain", "plain"), ("a \"b\" c", "a \"b\" c"), (#"a\nb"#, #"a\nb"#), ("it's", "it's"),
            ("\" a \"", " a "), ("' a '", " a "), ("\"it's\"", "it's"), ("'say \"x\"'", "say \"x\""), ("\"\"", ""),
            (#""\a\b\f\n\r\t\v\\\"\'\s""#, "\u{7}\u{8}\u{C}\n\r\t\u{B}\\\"' "),
            (#""\x41\101\u017c\U0001F600""#, "AA\u{17C}\u{1F600}"), (#""\xc5\xbc""#, "\u{17C}"),
        ]
    )
    func text(written: String, meant: String) throws {
        #expect(try Array(Quoting.text(written).utf8) == Array(meant.utf8))
    }

    @Test(
        "Refuses quoting that does not end well",
        arguments: [
            ("\"a", "the closing quote is missing"), ("\"a\"b", "text after the closing quote"),
            ("\"a\" b", "text after the closing quote"), ("\"a\\", "nothing after a backslash"),
            (#""\q""#, "an unknown escape after a backslash (a backslash itself is written twice)"),
            (#""\x4""#, "an escape with too few digits"), (#""\x+4""#, "an escape with too few digits"),
            (#""\18""#, "an escape with too few digits"), (#""\x00""#, "an escape for NUL"),
            (#""\400""#, "an escape beyond one byte"), (#""\ud800""#, "an escape for no character"),
            (#""\xff""#, "its escapes do not make UTF-8 text"),
        ]
    )
    func refused(written: String, reason: String) {
        #expect(throws: InvalidValue(reason)) { try Quoting.text(written) }
    }

    @Test(
        "Splits items at blanks, with a quotation mark counting only at the start of one",
        arguments: [
            ("a b", ["a", "b"]), ("  a \t b ", ["a", "b"]), ("\"a b\" c", ["a b", "c"]), ("a\"b c\"", ["a\"b", "c\""]),
            (#"a\sb c"#, ["a b", "c"]), ("\"\" a", ["", "a"]), ("", []), (#"DOMAIN\\user"#, [#"DOMAIN\user"#]),
        ]
    )
    func words(written: String, items: [String]) throws {
        #expect(try Quoting.words(written) == items)
    }

    @Test(
        "Writes what it can read back",
        arguments: [
            "", "a", " a", "a ", "\"a\"", "'", "a\\", "\\", "a\tb", "\n", "\u{7F}", "Ż ółć", "\u{1}\u{301}", "a,b",
        ]
    )
    func roundTrip(text: String) throws {
        #expect(try Quoting.text(Quoting.writtenText(text)) == text)
        #expect(try Quoting.words(Quoting.writtenWord(text)) == [text])
    }
}
