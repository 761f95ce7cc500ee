// SPDX-License-Identifier: Apache-2.0

/// Takes the members out of an answer, tolerantly: what is unknown is passed over, what is missing is reported.
public struct AnswerReader: Sendable {
    private let object: JSONElement

    /// Reads from an object.
    package init(_ object: JSONElement) throws(SessionError) {
        guard object.isObject else { throw .malformedAnswer("result") }
        self.object = object
    }

    /// Reads from an object.
    public init(_ value: JSONValue) throws(SessionError) {
        var writer = JSONWriter()
        writer.value(value)
        guard let object = try? JSONDocument.read(writer.bytes.span) else { throw .malformedAnswer("result") }
        try self.init(object)
    }

    /// The object, with all that is in it.
    public var value: JSONValue { object.value }

    /// Whether it has a member, whatever that is.
    func has(_ name: String) -> Bool { object[name] != nil }

    /// The text of a member; `nil` where it is absent or something else.
    public func text(_ name: String) -> String? { object[name]?.string }

    /// The text of a member that must be there.
    public func requiredText(_ name: String) throws(SessionError) -> String { try required(name, text(name)) }

    /// The integer of a member; `nil` where it is absent or something else.
    public func integer(_ name: String) -> Int64? { object[name]?.integer }

    /// The integer of a member that must be there.
    public func requiredInteger(_ name: String) throws(SessionError) -> Int64 { try required(name, integer(name)) }

    /// The Boolean of a member; `nil` where it is absent or something else.
    public func bool(_ name: String) -> Bool? { object[name]?.bool }

    /// The Boolean of a member that must be there.
    public func requiredBool(_ name: String) throws(SessionError) -> Bool { try required(name, bool(name)) }

    /// The UUID of a member that must be there.
    public func requiredUUID(_ name: String) throws(SessionError) -> CustomerUUID {
        try required(name, text(name).flatMap(CustomerUUID.init))
    }

    /// The instant of a member; `nil` where it is absent or something else.
    public func timestamp(_ name: String) -> Timestamp? { text(name).flatMap(Timestamp.init) }

    /// The value of a member, whatever it is.
    public func any(_ name: String) -> JSONValue? { object[name]?.value }

    /// The object of a member that must be there.
    public func requiredObject(_ name: String) throws(SessionError) -> AnswerReader {
        try required(name, object(name))
    }

    /// The object of a member; `nil` where it is absent or something else.
    public func object(_ name: String) -> AnswerReader? { object[name].flatMap { try? AnswerReader($0) } }

    /// The texts of an array; empty where it is absent.
    public func texts(_ name: String) -> [String] {
        object[name]?.elements?.compactMap(\.string) ?? []
    }

    /// The integers of an array; empty where it is absent.
    public func integers(_ name: String) -> [Int64] {
        object[name]?.elements?.compactMap(\.integer) ?? []
    }

    /// Passes a value on that must be there.
    public func required<Value>(_ name: String, _ value: Value?) throws(SessionError) -> Value {
        guard let value else { throw .malformedAnswer(name) }
        return value
    }
}
