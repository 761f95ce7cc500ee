// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionConfiguration

@Suite("Syntax of systemd.syntax(7)", .timeLimit(.minutes(10)))
struct SyntaxTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: String
        let text: String
        let value: String
        var line = 2
        var testDescription: String { rule }
    }

    static let cases = [
        Case(rule: "blanks around = and at the ends are dropped", text: "[S]\n \t K \t = a b \t\n", value: "a b"),
        Case(rule: "the last line needs no LF", text: "[S]\nK=v", value: "v"),
        Case(rule: "CR LF ends a line", text: "[S]\r\nK=v\r\n", value: "v"),
        Case(rule: "CR ends a line", text: "[S]\rK=v\r", value: "v"),
        Case(rule: "a BOM at the start is skipped", text: "\u{FEFF}[S]\nK=v", value: "v"),
        Case(rule: "a comment begins with #", text: "[S]\n  # K=x\nK=v", value: "v", line: 3),
        Case(rule: "a comment begins with ;", text: "[S]\n;K=x\nK=v", value: "v", line: 3),
        Case(rule: "# inside a value is part of it", text: "[S]\nK=v # w", value: "v # w"),
        Case(rule: "the first = divides", text: "[S]\nK=a=b", value: "a=b"),
        Case(rule: "a value may be empty", text: "[S]\nK=", value: ""),
        Case(rule: "a backslash joins with a space", text: "[S]\nK=a\\\n  b\n", value: "a   b"),
        Case(rule: "CR LF after a backslash joins too", text: "[S]\r\nK=a\\\r\nb\r\n", value: "a b"),
        Case(rule: "two backslashes do not join", text: "[S]\nK=a\\\\\nL=b", value: "a\\\\"),
        Case(rule: "three backslashes join", text: "[S]\nK=a\\\\\\\nb", value: "a\\\\ b"),
        Case(rule: "comments inside a continuation are left out", text: "[S]\nK=a\\\n# x\n;y\n b", value: "a  b"),
        Case(rule: "a comment does not continue", text: "[S]\n# x\\\nK=v", value: "v", line: 3),
        Case(rule: "an empty line ends a continuation", text: "[S]\nK=a\\\n\nL=b", value: "a"),
        Case(rule: "a continuation takes what looks like a section", text: "[S]\nK=a\\\n[T]", value: "a [T]"),
        Case(rule: "a continuation at the end of the file ends there", text: "[S]\nK=a\\", value: "a"),
        Case(rule: "several lines join", text: "[S]\nK=a\\\nb\\\nc\n", value: "a b c"),
        Case(rule: "a combining character after = stays in the value", text: "[S]\nK=\u{301}x", value: "\u{301}x"),
    ]

    @Test("Reads an assignment and its line", arguments: cases)
    func assignment(_ example: Case) throws {
        let statements = SyntaxParser.parse(Array(example.text.utf8))
        let first = try #require(statements.dropFirst().first)
        #expect(statements.first?.statement == .section(name: "S"))
        #expect(first == LocatedStatement(statement: .assignment(key: "K", value: example.value), line: example.line))
    }

    @Test(
        "Refuses a line that is no statement, naming it",
        arguments: [
            (
                "[Limits]\nConnections 5\n",
                "test.conf:2: no = on this line; expected Key=value, [Section] or a # comment"
            ),
            ("[Limits]\n\n=5\n", "test.conf:3: nothing before the =; expected Key=value"),
            ("[Limits\n", "test.conf:1: the section's name is not closed; expected [Section] alone on a line"),
            ("[Limits] # x\n", "test.conf:1: the section's name is not closed; expected [Section] alone on a line"),
            (
                "[Limits]\r\nConnections\u{0}=5",
                "test.conf:2: a NUL byte, so this is not a text file in UTF-8; expected UTF-8 text"
            ),
        ]
    )
    func refused(text: String, problem: String) throws {
        #expect(try problems(text) == [problem])
    }

    @Test func refusesBytesThatAreNotUTF8() throws {
        let bytes = Array("[Session]\nIdentifierSalt=a".utf8) + [0xE9, 0x0A]
        #expect(try problems(bytes: bytes) == ["test.conf:2: not UTF-8; expected UTF-8 text"])
    }

    @Test func readsACommentThatIsNotUTF8() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write("a.conf", bytes: Array("# caf".utf8) + [0xE9, 0x0A])
        #expect(try ConfigurationLoader(.file(path)).load().settings == Settings())
    }

    @Test func ignoresTheKeysOfASectionWhoseNameIsBroken() throws {
        let found = try problems("[Store]\n[Limits\nSeal=x\n[Store]\nSeal=x\n")
        #expect(found.map { $0.prefix(11) } == ["test.conf:2", "test.conf:5"])
    }

    @Test func joinsAFileFullOfContinuations() {
        let statements = SyntaxParser.parse(Self.fullOfContinuations)
        #expect(statements == [LocatedStatement(statement: .assignment(key: "K", value: "x"), line: 1)])
    }

    // What a line costs is what it has: its parts lie in the file, none twice, and are joined by one copy of each.
    @Test func aLineOfManyPartsIsNoMoreWorkThanItsBytes() {
        let file = Self.fullOfContinuations
        let groups = LogicalLine.groups(of: file)
        #expect(groups.map(\.parts.count) == [ConfigurationLimits.maximumFileBytes / 2 + 1])
        #expect(groups.flatMap(\.parts).reduce(0) { $0 + $1.count } < file.count)
        file.withUnsafeBytes { whole in
            let isCopied = groups.flatMap(\.parts).contains { part in
                part.withUnsafeBytes { bytes in
                    guard let start = bytes.baseAddress, let first = whole.baseAddress else { return false }
                    return !(first...first + whole.count ~= start)
                }
            }
            #expect(!isCopied)
        }
    }

    private static let fullOfContinuations: [UInt8] = {
        let count = ConfigurationLimits.maximumFileBytes / 2
        return Array("K=".utf8) + Array(repeatElement([UInt8(ascii: "\\"), 0x0A], count: count).joined()) + [0x78]
    }()

    @Test func takesAFileUpToTheLimitAndNoLonger() throws {
        let limit = ConfigurationLimits.maximumFileBytes
        let folder = try ConfigurationFolder()
        let fits = try folder.write("fits.conf", "#" + String(repeating: "x", count: limit - 1))
        #expect(try ConfigurationLoader(.file(fits)).load().files == [fits])
        let large = try folder.write("large.conf", "#" + String(repeating: "x", count: limit))
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationLoader(.file(large)).load() }
        #expect(error?.description == "\(large): cannot be read: larger than the limit of 1M bytes")
    }
}
