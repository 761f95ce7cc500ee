// SPDX-License-Identifier: Apache-2.0

/// Text from files made fit for a terminal and the journal.
enum Printable {
    /// The text with control, formatting and line-breaking characters written as `\u{…}`.
    static func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if isSafe(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }

    /// The text in quotation marks, cut after ``ConfigurationLimits/maximumQuotedBytes``.
    static func quoted(_ text: String) -> String {
        let limit = ConfigurationLimits.maximumQuotedBytes
        guard text.utf8.count > limit else { return "\"\(escaped(text))\"" }
        // The cut may fall inside a character, which then is repaired to U+FFFD.
        return "\"\(escaped(String(decoding: text.utf8.prefix(limit), as: UTF8.self)))…\""
    }

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
