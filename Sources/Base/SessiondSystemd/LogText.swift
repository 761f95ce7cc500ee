// SPDX-License-Identifier: Apache-2.0

import Logging

/// Log entries as lines for people: `WARNING cannot write the state PATH=/var/lib/x REASON="disk full"`.
enum LogText {
    /// One line with its line feed; fields sorted by name.
    ///
    /// `MESSAGE_ID` is left out: it says nothing to a reader.
    static func line(for entry: LogEntry) -> String {
        var line = "\(entry.level.rawValue.uppercased()) \(escaped(entry.message))"
        for field in entry.fields.sorted(by: { $0.name < $1.name }) where field.name != MessageID.fieldName {
            line += " \(field.name)=\(quoted(field.value))"
        }
        return line + "\n"
    }

    /// Replaces what could begin another line, drive a terminal or turn the reading direction.
    ///
    /// `\n`, `\r`, `\t`, `\\`; other control, format and separator characters as `\u{1b}`.
    static func escaped(_ text: String) -> String {
        guard !text.utf8.allSatisfy(isPlain) else { return text }
        return text.unicodeScalars.reduce(into: "") { $0 += escapedScalar($1) }
    }

    /// A value is quoted where its beginning or its end would be unclear.
    private static func quoted(_ value: String) -> String {
        let text = escaped(value)
        let isClear = text.utf8.allSatisfy { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\"") }
        if isClear && !text.isEmpty { return text }
        return text.unicodeScalars.reduce(into: "\"") { $0 += $1 == "\"" ? "\\\"" : String($1) } + "\""
    }

    private static func escapedScalar(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\\": return "\\\\"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return "\\u{\(String(scalar.value, radix: 16))}"
        default: return String(scalar)
        }
    }

    /// Printable ASCII that stands for itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        0x20...0x7E ~= byte && byte != UInt8(ascii: "\\")
    }
}
