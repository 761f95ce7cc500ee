// SPDX-License-Identifier: Apache-2.0

/// Says why and where a text is not the JSON that is accepted, without quoting any of it.
public struct JSONError: Error, Sendable, Equatable {
    /// What was found or missing.
    public enum Reason: String, Sendable {
        /// The text ends inside a value.
        case unexpectedEnd = "unexpected end"
        /// A byte that cannot stand there.
        case unexpectedByte = "unexpected byte"
        /// A second value after the first.
        case trailingBytes = "bytes after the value"
        /// A number that RFC 8259 §6 does not allow.
        case invalidNumber = "invalid number"
        /// An escape that RFC 8259 §7 does not allow.
        case invalidEscape = "invalid escape"
        /// An escaped surrogate without its other half.
        case loneSurrogate = "lone surrogate"
        /// Bytes that are not UTF-8 (RFC 3629), a byte order mark before the value included.
        case invalidUTF8 = "invalid UTF-8"
        /// A control character that stands in a string unescaped.
        case controlCharacter = "control character in a string"
        /// The same name twice in one object, compared unescaped.
        case duplicateName = "duplicate name"
        /// More than ``WireLimits/nestingDepth`` arrays and objects in one another.
        case tooDeep = "nested too deeply"
        /// More than ``WireLimits/objectMembers`` members.
        case tooManyMembers = "too many members"
    }

    /// What is wrong.
    public let reason: Reason
    /// Where: the number of bytes before it in the text.
    public let offset: Int
}

extension JSONError: CustomStringConvertible {
    /// One line, such as `duplicate name at byte 17`.
    public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
