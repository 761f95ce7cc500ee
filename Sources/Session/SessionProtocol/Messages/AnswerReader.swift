// SPDX-License-Identifier: Apache-2.0

/// Takes the members out of an answer, tolerantly: what is unknown is passed over, what is missing is reported.
public struct AnswerReader: Sendable {
    private let value: JSONValue

    /// Reads from an object.
    public init(_ value: JSONValue) throws(SessionError) {
        guard value.members != nil else { throw .malformedAnswer("result") }
        self.value = value
    }

    /// The text of a member; `nil` where it is absent or something else.
    public func text(_ name: String) -> String? { value[name]?.string }

    /// The text of a member that must be there.
    public func requiredText(_ name: String) throws(SessionError) -> String { try required(name, text(name)) }

    /// The integer of a member; `nil` where it is absent or something else.
    public func integer(_ name: String) -> Int64? { value[name]?.integer }

    /// The integer of a member that must be there.
    public func requiredInteger(_ name: String) throws(SessionError) -> Int64 { try required(name, integer(name)) }

    /// The Boolean of a member; `nil` where it is absent or something else.
    public func bool(_ name: String) -> Bool? { value[name]?.bool }

    /// The Boolean of a member that must be there.
    public func requiredBool(_ name: String) throws(SessionError) -> Bool { try required(name, value[name]?.bool) }

    /// The UUID of a member that must be there.
    public func requiredUUID(_ name: String) throws(SessionError) -> CustomerUUID {
        try required(name, text(name).flatMap(CustomerUUID.init))
    }

    /// The instant of a member; `nil` where it is absent or something else.
    public func timestamp(_ name: String) -> Timestamp? { text(name).flatMap(Timestamp.init) }

    /// The value of a member, whatever it is.
    public func any(_ name: String) -> JSONValue? { value[name] }

    /// The object of a member that must be there.
    public func requiredObject(_ name: String) throws(SessionError) -> AnswerReader {
        try required(name, object(name))
    }

    /// The object of a member; `nil` where it is absent or something else.
    public func object(_ name: String) -> AnswerReader? { value[name].flatMap { try? AnswerReader($0) } }

    /// The texts of an array; empty where it is absent.
    public func texts(_ name: String) -> [String] {
        guard case .array(let elements) = value[name] else { return [] }
        return elements.compactMap(\.string)
    }

    /// The integers of an array; empty where it is absent.
    public func integers(_ name: String) -> [Int64] {
        guard case .array(let elements) = value[name] else { return [] }
        return elements.compactMap(\.integer)
    }

    /// Passes a value on that must be there.
    public func required<Value>(_ name: String, _ value: Value?) throws(SessionError) -> Value {
        guard let value else { throw .malformedAnswer(name) }
        return value
    }
}
