// SPDX-License-Identifier: Apache-2.0

/// Takes the members out of a request's parameters, strictly: what is wrong or left over is refused by name.
public struct ParameterReader: Sendable {
    private var members: [JSONMember]

    /// Reads from the members of `params`.
    public init(_ members: [JSONMember]) { self.members = members }

    /// Whether every member was taken.
    var isExhausted: Bool { members.isEmpty }

    /// Takes a text; `nil` where the member is absent.
    public mutating func text(_ name: String, _ limit: TextLimit) throws(SessionError) -> String? {
        guard let value = take(name) else { return nil }
        return try text(value, name, limit)
    }

    /// Takes a text that must be there.
    public mutating func requiredText(_ name: String, _ limit: TextLimit) throws(SessionError) -> String {
        try required(name, try text(name, limit))
    }

    /// Takes a secret that must be there, into locked memory.
    public mutating func requiredSecret(_ name: String, _ limit: TextLimit) throws(SessionError) -> Secret {
        Secret.lockedCopy(of: try requiredText(name, limit))
    }

    /// Takes a text that `null` clears.
    public mutating func change(_ name: String, _ limit: TextLimit) throws(SessionError) -> Change<String> {
        guard let value = take(name) else { return .keep }
        return value == .null ? .clear : .set(try text(value, name, limit))
    }

    /// Takes a Boolean; `nil` where the member is absent.
    public mutating func bool(_ name: String) throws(SessionError) -> Bool? {
        guard let value = take(name) else { return nil }
        guard let bool = value.bool else { throw .invalidParameter(name, "must be true or false") }
        return bool
    }

    /// Takes a whole number; `nil` where the member is absent.
    public mutating func integer(_ name: String, in range: ClosedRange<Int64>) throws(SessionError) -> Int64? {
        guard let value = take(name) else { return nil }
        guard let integer = value.integer, range.contains(integer) else {
            throw .invalidParameter(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// Takes a number of seconds; `nil` where the member is absent.
    public mutating func seconds(_ name: String, in range: ClosedRange<Double>) throws(SessionError) -> Double? {
        guard let value = take(name) else { return nil }
        guard case .number(let number) = value, let seconds = number.double, range.contains(seconds) else {
            throw .invalidParameter(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return seconds
    }

    /// Takes a UUID; `nil` where the member is absent.
    public mutating func uuid(_ name: String) throws(SessionError) -> CustomerUUID? {
        guard let value = take(name) else { return nil }
        guard let uuid = value.string.flatMap(CustomerUUID.init) else {
            throw .invalidParameter(name, "must be a UUID such as 345d4c8f-5aff-591d-a19c-1ca48923d9ee")
        }
        return uuid
    }

    /// Takes an instant that must be there.
    public mutating func requiredTimestamp(_ name: String) throws(SessionError) -> Timestamp {
        let value: JSONValue = try required(name, take(name))
        guard let timestamp = value.string.flatMap(Timestamp.init) else {
            throw .invalidParameter(name, "must be a time such as 2026-11-23T05:02:03Z")
        }
        return timestamp
    }

    /// Takes one of the words of an enumeration; `nil` where the member is absent.
    public mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Word.Type
    ) throws(SessionError) -> Word? where Word.RawValue == String {
        guard let value = take(name) else { return nil }
        guard let word = value.string.flatMap(Word.named) else {
            throw .invalidParameter(name, "must be " + Word.allCases.map(\.rawValue).joined(separator: " or "))
        }
        return word
    }

    /// Takes an object of any content, at most so many bytes as JSON; `nil` where the member is absent.
    public mutating func object(
        _ name: String, maximumBytes: Int = WireLimits.requestLineBytes
    ) throws(SessionError) -> JSONValue? {
        guard let value = take(name) else { return nil }
        guard value.members != nil else { throw .invalidParameter(name, "must be an object") }
        var writer = JSONWriter()
        writer.value(value)
        guard writer.bytes.count <= maximumBytes else {
            throw .invalidParameter(name, "must have at most \(maximumBytes) bytes")
        }
        return value
    }

    /// Takes an array of whole numbers; `nil` where the member is absent.
    public mutating func integers(_ name: String) throws(SessionError) -> [Int64]? {
        guard let value = take(name) else { return nil }
        guard case .array(let elements) = value else { throw .invalidParameter(name, "must be an array") }
        let integers = elements.compactMap(\.integer)
        guard integers.count == elements.count else { throw .invalidParameter(name, "must hold whole numbers") }
        return integers
    }

    /// Passes a value on that must be there.
    public func required<Value>(_ name: String, _ value: Value?) throws(SessionError) -> Value {
        guard let value else { throw .invalidParameter(name, "is missing") }
        return value
    }

    private mutating func take(_ name: String) -> JSONValue? {
        guard let index = members.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
        return members.remove(at: index).value
    }

    private func text(_ value: JSONValue, _ name: String, _ limit: TextLimit) throws(SessionError) -> String {
        guard let text = value.string else { throw .invalidParameter(name, "must be a string") }
        if let refusal = limit.refusal(of: text) { throw .invalidParameter(name, refusal) }
        return text
    }
}

/// What a request does to a value that may be absent.
public enum Change<Value: Sendable & Equatable>: Sendable, Equatable {
    /// Leaves it as it is.
    case keep
    /// Removes it (`null` on the wire).
    case clear
    /// Sets it.
    case set(Value)
}
