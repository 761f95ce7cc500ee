// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct LogTextTests {
    @Test func writesLevelMessageAndSortedFields() {
        let entry = Self.entry("cannot write", ["REASON": "disk full", "PATH": "/var/lib/x", "EMPTY": ""])
        #expect(LogText.line(for: entry) == "WARNING cannot write EMPTY=\"\" PATH=/var/lib/x REASON=\"disk full\"\n")
    }

    @Test func leavesTheMessageIdentifierOut() {
        let entry = Self.entry("text", ["MESSAGE_ID": "0123456789abcdef0123456789abcdef"])
        #expect(LogText.line(for: entry) == "WARNING text\n")
    }

    @Test(arguments: [
        ("a\nERROR forged", "a\\nERROR forged"),
        ("a\r\tb", "a\\r\\tb"),
        ("\u{1B}[2J\u{7}\0\u{7F}", "\\u{1b}[2J\\u{7}\\u{0}\\u{7f}"),
        ("c1 \u{9B}31m", "c1 \\u{9b}31m"),
        ("line \u{2028}\u{2029}", "line \\u{2028}\\u{2029}"),
        ("turned \u{202E}txt", "turned \\u{202e}txt"),
        ("C:\\n", "C:\\\\n"),
        ("Zoë 日本 🙂", "Zoë 日本 🙂"),
    ])
    func escapesWhatForgesALineOrDrivesATerminal(text: String, expected: String) {
        #expect(LogText.escaped(text) == expected)
        #expect(LogText.line(for: LogEntry(level: .info, message: text)) == "INFO \(expected)\n")
    }

    @Test(arguments: [
        ("two words", "\"two words\""),
        ("x\" PEER_UID=0", "\"x\\\" PEER_UID=0\""),
        ("\"\u{301}", "\"\\\"\u{301}\""),
        ("end\\ \"", "\"end\\\\ \\\"\""),
        ("a\nb", "a\\nb"),
        ("a=b", "a=b"),
    ])
    func quotesValuesSoThatTheirEndIsClear(value: String, expected: String) {
        #expect(LogText.line(for: Self.entry("m", ["K": value])) == "WARNING m K=\(expected)\n")
    }

    private static func entry(_ message: String, _ fields: [String: String]) -> LogEntry {
        LogEntry(
            level: .warning,
            message: message,
            fields: fields.compactMap { JournalField(name: $0.key, value: $0.value) }
        )
    }
}
