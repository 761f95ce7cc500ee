// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A JSON text that was read and validated, and where in it its values stand. What is asked for is built, and nothing else.
package final class JSONDocument: Sendable {
    enum Kind: UInt8 {
        case null
        case bool
        case number
        case string
        case array
        case object
    }

    /// A value, or a member's name. An array's elements, and an object's names and values in turns, come behind it.
    struct Node {
        let kind: Kind
        var hasEscapes = false
        /// Its bytes; of a string those between the quotes.
        let start: UInt32
        var end: UInt32
        /// The node behind it and all that is in it.
        var next: UInt32
    }

    fileprivate let text: [UInt8]
    fileprivate let nodes: [Node]

    fileprivate init(text: [UInt8], nodes: [Node]) { (self.text, self.nodes) = (text, nodes) }

    /// Reads one value, which is the whole text.
    ///
    /// - Throws: ``JSONError`` for what is not JSON, and beyond the limits of depth and members.
    package static func read(_ text: Span<UInt8>) throws(JSONError) -> JSONElement {
        var scanner = JSONScanner()
        let element = try scanner.document(text)
        try scanner.finish(text)
        return element
    }
}

/// One value of a ``JSONDocument``.
package struct JSONElement: Sendable {
    fileprivate let document: JSONDocument
    fileprivate let index: Int

    fileprivate var node: JSONDocument.Node { document.nodes[index] }
    private var range: Range<Int> { Int(node.start)..<Int(node.end) }

    /// The value of a member of an object; `nil` where there is none.
    package subscript(_ name: String) -> JSONElement? {
        var name = name
        return name.withUTF8 { document.member($0, of: index) }.map { JSONElement(document: document, index: $0) }
    }

    /// The elements of an array; `nil` for anything else.
    package var elements: [JSONElement]? {
        guard node.kind == .array else { return nil }
        var elements: [JSONElement] = []
        var index = index + 1
        while index < Int(node.next) {
            elements.append(JSONElement(document: document, index: index))
            index = Int(document.nodes[index].next)
        }
        return elements
    }

    /// Whether it is an object.
    package var isObject: Bool { node.kind == .object }

    /// The string; `nil` for anything else.
    package var string: String? { node.kind == .string ? document.string(at: index) : nil }

    /// The integer; `nil` for anything else, also for a number with a fraction or an exponent.
    package var integer: Int64? {
        node.kind == .number ? Int64(document.text(in: range)) : nil
    }

    /// The Boolean; `nil` for anything else.
    package var bool: Bool? { node.kind == .bool ? document.text[Int(node.start)] == UInt8(ascii: "t") : nil }

    /// The value, with all that is in it.
    package var value: JSONValue {
        switch node.kind {
        case .null: return .null
        case .bool: return .bool(bool ?? false)
        case .number: return .number(JSONNumber(text: document.text(in: range)))
        case .string: return .string(document.string(at: index))
        case .array: return .array((elements ?? []).map(\.value))
        case .object:
            var members: [JSONMember] = []
            var index = index + 1
            while index < Int(node.next) {
                let value = JSONElement(document: document, index: index + 1)
                members.append(JSONMember(document.string(at: index), value.value))
                index = Int(value.node.next)
            }
            return .object(members)
        }
    }
}

extension JSONElement: Equatable {
    /// Compares what is said, not how.
    package static func == (left: JSONElement, right: JSONElement) -> Bool { left.value == right.value }
}

extension JSONDocument {
    private func token(at index: Int) -> JSONStringToken {
        let node = nodes[index]
        return JSONStringToken(range: Int(node.start)..<Int(node.end), hasEscapes: node.hasEscapes)
    }

    fileprivate func string(at index: Int) -> String {
        let bytes = text
        return token(at: index).string(in: bytes.span)
    }

    fileprivate func text(in range: Range<Int>) -> String {
        let bytes = text
        return bytes.span.text(in: range)
    }

    // Where the value of a member of an object is; nil: there is none, or it is no object.
    fileprivate func member(_ name: UnsafeBufferPointer<UInt8>, of object: Int) -> Int? {
        nodes.withUnsafeBufferPointer { nodes in
            text.withUnsafeBufferPointer { text in
                guard nodes[object].kind == .object else { return nil }
                let end = Int(nodes[object].next)
                var index = object + 1
                while index < end {
                    let node = nodes[index]
                    let isNamed =
                        node.hasEscapes
                        ? string(at: index).utf8.elementsEqual(name)
                        : text[Int(node.start)..<Int(node.end)].holds(name)
                    if isNamed { return index + 1 }
                    index = Int(nodes[index + 1].next)
                }
                return nil
            }
        }
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    fileprivate func holds(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        let bytes = UnsafeBufferPointer(rebasing: self)
        guard bytes.count == other.count else { return false }
        guard let start = bytes.baseAddress, let otherStart = other.baseAddress else { return bytes.isEmpty }
        return memcmp(start, otherStart, bytes.count) == 0
    }
}

extension JSONScanner {
    /// Reads one value, and keeps a copy of the text.
    mutating func document(_ text: Span<UInt8>, from start: Int = 0) throws(JSONError) -> JSONElement {
        reset(to: start)
        var nodes: [JSONDocument.Node] = []
        // Most lines have fewer.
        nodes.reserveCapacity(64)
        try read(text, &nodes)
        let bytes = text.withUnsafeBytes { Array($0) }
        return JSONElement(document: JSONDocument(text: bytes, nodes: nodes), index: 0)
    }

    private mutating func read(_ text: Span<UInt8>, _ nodes: inout [JSONDocument.Node]) throws(JSONError) {
        let first = try peekValue(text)
        let index = nodes.count
        switch first {
        case UInt8(ascii: "{"):
            add(.object, position..<position, to: &nodes)
            try beginObject()
            while let name = try nextMember(text) {
                add(name, to: &nodes)
                try read(text, &nodes)
            }
            nodes[index].next = UInt32(nodes.count)
        case UInt8(ascii: "["):
            add(.array, position..<position, to: &nodes)
            try beginArray()
            while try nextElement(text) { try read(text, &nodes) }
            nodes[index].next = UInt32(nodes.count)
        case UInt8(ascii: "\""): add(try string(text), to: &nodes)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            let start = position
            try skipValue(text)
            add(first == UInt8(ascii: "n") ? .null : .bool, start..<position, to: &nodes)
        default: add(.number, try number(text), to: &nodes)
        }
    }

    private func add(_ token: JSONStringToken, to nodes: inout [JSONDocument.Node]) {
        add(.string, token.range, hasEscapes: token.hasEscapes, to: &nodes)
    }

    @inline(__always)
    private func add(
        _ kind: JSONDocument.Kind, _ range: Range<Int>, hasEscapes: Bool = false, to nodes: inout [JSONDocument.Node]
    ) {
        let (start, end) = (UInt32(range.lowerBound), UInt32(range.upperBound))
        let next = UInt32(nodes.count + 1)
        nodes.append(JSONDocument.Node(kind: kind, hasEscapes: hasEscapes, start: start, end: end, next: next))
    }
}
