// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension ValueForm<String> {
    /// Text, byte for byte, in quotation marks where blanks at its ends count.
    static func text(maximumBytes: Int) -> ValueForm {
        ValueForm(
            description: "text of at most \(maximumBytes) bytes, in quotation marks to keep blanks at its ends",
            parse: { (value) throws(InvalidValue) in
                let text = try Quoting.text(value.text)
                guard text.utf8.count <= maximumBytes else { throw InvalidValue("too long") }
                return text
            },
            format: Quoting.writtenText
        )
    }

    /// Visible ASCII characters, byte for byte.
    static func visibleText(maximumBytes: Int, blanks: Bool = false) -> ValueForm {
        let characters = "visible ASCII characters" + (blanks ? ", with single blanks between words" : "")
        return ValueForm(
            description: "1 to \(maximumBytes) \(characters)",
            parse: { (value) throws(InvalidValue) in
                let text = try Quoting.text(value.text)
                guard (1...maximumBytes).contains(text.utf8.count) else { throw InvalidValue("empty or too long") }
                let words = text.utf8.split(separator: ASCII.space, omittingEmptySubsequences: false)
                guard words.count == 1 || blanks else { throw InvalidValue("a blank") }
                guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x21...0x7E).contains($0) } }) else {
                    throw InvalidValue("a character that is not visible ASCII")
                }
                return text
            },
            format: Quoting.writtenText
        )
    }

    /// The absolute path of a file.
    static var absolutePath: ValueForm {
        ValueForm(
            description: "the absolute path of a file",
            parse: { (value) throws(InvalidValue) in
                let path = try Quoting.text(value.text)
                guard path.utf8.first == UInt8(ascii: "/") else { throw InvalidValue("does not begin with /") }
                // PATH_MAX counts the NUL at the end.
                guard path.utf8.count < 4_096 else { throw InvalidValue("too long") }
                guard !path.utf8.contains(where: ASCII.isControl) else { throw InvalidValue("a control character") }
                return path
            },
            format: Quoting.writtenText
        )
    }
}

extension ValueForm<Secret> {
    /// An API key, never shown.
    static var apiKey: ValueForm {
        ValueForm(
            description: "1 to \(TextLimit.apiKey.bytes.upperBound) visible ASCII characters",
            exposure: .secret,
            parse: { (value) throws(InvalidValue) in
                let text = try Quoting.text(value.text)
                if let refusal = TextLimit.apiKey.refusal(of: text) { throw InvalidValue("it \(refusal)") }
                return Secret(text)
            },
            format: { $0.description }
        )
    }
}
