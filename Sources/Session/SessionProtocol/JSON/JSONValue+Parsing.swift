// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
    /// Reads one value, which is the whole text.
    ///
    /// - Throws: ``JSONError`` for what is not JSON, and beyond the limits of depth and members.
    public init(parsing text: Span<UInt8>) throws(JSONError) {
        var scanner = JSONScanner()
        self = try JSONValue.read(text, &scanner)
        try scanner.finish(text)
    }

    /// Reads one value, which is the whole text.
    ///
    /// - Throws: ``JSONError`` for what is not JSON, and beyond the limits of depth and members.
    public init(parsing text: [UInt8]) throws(JSONError) {
        self = try JSONValue(parsing: text.span)
    }

    private static func read(_ text: Span<UInt8>, _ scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        switch try scanner.peekValue(text) {
        case UInt8(ascii: "{"): return .object(try readMembers(text, &scanner))
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try scanner.beginArray()
            while try scanner.nextElement(text) { elements.append(try read(text, &scanner)) }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try scanner.string(text).string(in: text))
        case UInt8(ascii: "t"):
            try scanner.literal("true", text)
            return .bool(true)
        case UInt8(ascii: "f"):
            try scanner.literal("false", text)
            return .bool(false)
        case UInt8(ascii: "n"):
            try scanner.literal("null", text)
            return .null
        default: return .number(JSONNumber(text: text.text(in: try scanner.number(text))))
        }
    }

    // Most objects have fewer.
    private static let usualMembers = 12

    private static func readMembers(
        _ text: Span<UInt8>, _ scanner: inout JSONScanner
    ) throws(JSONError) -> [JSONMember] {
        var members: [JSONMember] = []
        members.reserveCapacity(usualMembers)
        try scanner.beginObject()
        while let name = try scanner.nextMember(text) {
            members.append(JSONMember(name.string(in: text), try read(text, &scanner)))
        }
        return members
    }
}
