// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondPrimitives

/// What an authority's answer may hold, whichever authority it is: the one place that says so.
///
/// What breaks a bound makes the answer a malformed one: nothing is known then, and nothing changes. Together the bounds
/// keep every status, event, token answer and error that holds an authority's words within
/// ``WireLimits/commonResponseLineBytes``.
package enum AuthorityBounds {
    /// A `clientId`, `customId` or `realm`, in bytes of UTF-8; an empty one is none.
    package static let nameBytes = 1_024
    /// The code of a sign-in that a person enters, in bytes of UTF-8.
    package static let userCodeBytes = 64
    /// The name of a condition, in visible ASCII characters.
    package static let conditionBytes = 128
    /// A condition's `conditions`, in bytes of JSON without white space.
    package static let conditionsBytes = 32_768
    /// The `code` and the `field` of a field error, in bytes of UTF-8.
    package static let fieldNameBytes = 256
    /// The `message` of a field error, in bytes of UTF-8.
    package static let fieldMessageBytes = 1_024
    /// Field errors that are handed on: the first ones.
    package static let fieldErrors = 32
    /// All of them, in bytes of JSON without white space; the last ones give way.
    package static let fieldErrorsBytes = 32_768
    /// How deeply arrays and objects may be nested in what is handed on: a line adds two levels, and a batch one.
    package static let nestingDepth = WireLimits.nestingDepth - 3
    /// The life of a token, in seconds: up to ten years.
    package static let lifeSeconds: ClosedRange<Int64> = 1...315_360_000
    /// The times that a token may name: those that can be written.
    package static let times = Timestamp.range
    /// What an authority's clock may say to be believed: from the year of this program's first version to the year 2100.
    package static let serverTimes =
        Timestamp(secondsSince1970: 1_767_225_600)..<Timestamp(secondsSince1970: 4_102_444_800)

    /// Why a name cannot be taken; `nil`: it can.
    package static func fault(inName text: String, bytes: Int = nameBytes) -> String? {
        if text.utf8.count > bytes { return "more than \(bytes) bytes" }
        return text.unicodeScalars.contains(where: \.isControl) ? "a control character" : nil
    }

    /// Why a text that a person reads off a screen cannot be taken; `nil`: it can.
    ///
    /// Nothing in it may be invisible, or change where the rest is shown: what it is not has to be seen.
    package static func fault(inShown text: String, bytes: Int) -> String? {
        if text.isEmpty { return "nothing" }
        if text.utf8.count > bytes { return "more than \(bytes) bytes" }
        let isShown = text.unicodeScalars.allSatisfy {
            $0 == " " || !($0.properties.isBlank || $0.isBraillePatternBlank)
        }
        guard isShown else { return "a character that nobody sees" }
        return text.first == " " || text.last == " " ? "a blank at an end" : nil
    }

    /// Why a condition's name cannot be taken; `nil`: it can.
    package static func fault(inCondition text: String) -> String? {
        let isName =
            (1...conditionBytes).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isName ? nil : "no name of 1 to \(conditionBytes) visible ASCII characters"
    }

    /// Why JSON cannot be handed on; `nil`: it can.
    ///
    /// - Parameter bytes: How much there may be of it; `nil`: as much as an answer holds.
    package static func fault(in value: JSONValue, bytes: Int? = nil) -> String? {
        if value.isNested(deeperThan: nestingDepth) { return "nested deeper than \(nestingDepth) levels" }
        guard let bytes else { return nil }
        return value.byteCount > bytes ? "more than \(bytes) bytes" : nil
    }
}

extension Unicode.Scalar.Properties {
    /// Whether nothing is seen of it, or it is no character: controls, formats such as U+202E, blanks.
    fileprivate var isBlank: Bool {
        switch generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            true
        default: isDefaultIgnorableCodePoint || isWhitespace
        }
    }
}

extension Unicode.Scalar {
    // Symbols by their category, and nothing to be seen.
    fileprivate var isBraillePatternBlank: Bool { value == 0x2800 }
}

extension IssuedToken {
    /// Why it cannot be used; `nil`: it can.
    package var fault: String? {
        if let fault = TextLimit.bearerToken.refusal(of: secret.reveal()) { return "the token \(fault)" }
        for (name, text) in [("realm", realm), ("customID", customID), ("clientID", clientID)] {
            if let text, let fault = AuthorityBounds.fault(inName: text) { return "\(name): \(fault)" }
        }
        return nil
    }
}

extension JSONValue {
    /// How long it is without white space.
    package var byteCount: Int {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes.count
    }

    fileprivate func isNested(deeperThan depth: Int) -> Bool {
        switch self {
        case .array(let elements): depth == 0 || elements.contains { $0.isNested(deeperThan: depth - 1) }
        case .object(let members): depth == 0 || members.contains { $0.value.isNested(deeperThan: depth - 1) }
        default: false
        }
    }
}
