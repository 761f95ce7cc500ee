// SPDX-License-Identifier: Apache-2.0

/// A JSON value in memory: what has no type of its own (a profile, attributes), and what answers are read from.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as written.
    case number(JSONNumber)
    /// A string, unescaped.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; the order of its members is kept.
    case object([JSONMember])

    /// The members of an object; `nil` for anything else.
    public var members: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The string; `nil` for anything else.
    public var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The integer; `nil` for anything else, also for a number with a fraction or an exponent.
    public var integer: Int64? {
        if case .number(let number) = self { number.integer } else { nil }
    }

    /// The Boolean; `nil` for anything else.
    public var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    /// The value of a member of an object; `nil` where there is none.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        // To compare lengths is quicker, and most differ.
        let length = name.utf8.count
        for member in members where member.name.utf8.count == length && member.name == name { return member.value }
        return nil
    }
}

/// One name and its value in an object.
public struct JSONMember: Sendable, Hashable {
    /// The name, unescaped.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// A member of that name and value.
    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}
