// SPDX-License-Identifier: Apache-2.0

import Glibc

extension EnvelopeScanner {
    private static let beforeID: StaticString = #"{"jsonrpc":"2.0","id":"#
    private static let beforeMethod: StaticString = #","method":""#
    private static let end: StaticString = #""}"#
    private static let emptyParameters: StaticString = #"","params":{}}"#

    /// Reads a request in the form that most programs give it: compact, in this order, with a whole number as its id and
    /// no parameters. That takes a quarter of the instructions.
    ///
    /// - Returns: What ``scan(_:)`` would find; `nil` where the form is another, which says nothing of whether it is valid.
    static func plainRequest(in line: Span<UInt8>) -> Envelope? {
        guard line.holds(beforeID, at: 0) else { return nil }
        let id = digits(in: line, from: beforeID.utf8CodeUnitCount)
        guard 1...WireLimits.idDigits ~= id.count, id.count == 1 || line[id.lowerBound] != UInt8(ascii: "0"),
            line.holds(beforeMethod, at: id.upperBound)
        else { return nil }
        var envelope = Envelope(id: id)
        var nameEnd = line.count - end.utf8CodeUnitCount
        if !line.holds(end, at: nameEnd) {
            nameEnd = line.count - emptyParameters.utf8CodeUnitCount
            guard line.holds(emptyParameters, at: nameEnd) else { return nil }
            envelope.parameters = .object(line.count - 3..<line.count - 1)
        }
        let nameStart = id.upperBound + beforeMethod.utf8CodeUnitCount
        // A name that is known has neither quotes nor escapes in it.
        guard nameStart < nameEnd,
            let method = Method.named(JSONStringToken(range: nameStart..<nameEnd, hasEscapes: false), in: line)
        else { return nil }
        envelope.target = .method(method)
        return envelope
    }

    private static func digits(in line: Span<UInt8>, from start: Int) -> Range<Int> {
        var end = start
        while end < line.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= line[end] { end += 1 }
        return start..<end
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes from there on are these.
    func holds(_ text: StaticString, at start: Int) -> Bool {
        guard start >= 0, start + text.utf8CodeUnitCount <= count else { return false }
        return extracting(start..<start + text.utf8CodeUnitCount).withUnsafeBytes { bytes in
            bytes.baseAddress.map { memcmp($0, text.utf8Start, bytes.count) == 0 } ?? true
        }
    }
}
