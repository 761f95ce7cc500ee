// SPDX-License-Identifier: Apache-2.0

/// Reads requests out of lines in one pass, keeping its storage from one line to the next.
public struct EnvelopeScanner {
    /// What a line holds.
    public enum Content: Equatable {
        /// One request.
        case single(Envelope)
        /// A batch, its entries in ``EnvelopeScanner/batch``.
        case batch
    }

    /// The entries of the batch that was read last.
    public private(set) var batch: [Envelope] = []
    private var scanner = JSONScanner()

    /// A scanner that has read nothing.
    public init() {}

    /// Reads one line, without its LF.
    ///
    /// The whole line is validated before anything of it counts: what is not JSON is refused as that, even where
    /// what came first was no request either.
    /// - Throws: ``JSONError``: not one JSON text within the limits (`parseError`, -32700).
    public mutating func scan(_ line: Span<UInt8>) throws(JSONError) -> Content {
        if let envelope = EnvelopeScanner.plainRequest(in: line) { return .single(envelope) }
        scanner.reset()
        guard try scanner.peekValue(line) == UInt8(ascii: "[") else {
            let envelope = try readEntry(line)
            try scanner.finish(line)
            return .single(envelope)
        }
        return try readBatch(line)
    }

    private mutating func readBatch(_ line: Span<UInt8>) throws(JSONError) -> Content {
        batch.removeAll(keepingCapacity: true)
        var count = 0
        try scanner.beginArray()
        while try scanner.nextElement(line) {
            count += 1
            if count > WireLimits.batchEntries {
                try scanner.skipValue(line)
            } else {
                batch.append(try readEntry(line))
            }
        }
        try scanner.finish(line)
        if count == 0 { return .single(Envelope(problem: .emptyBatch)) }
        if count > WireLimits.batchEntries { return .single(Envelope(problem: .batchTooLarge)) }
        return .batch
    }

    private mutating func readEntry(_ line: Span<UInt8>) throws(JSONError) -> Envelope {
        guard try scanner.peekValue(line) == UInt8(ascii: "{") else {
            try scanner.skipValue(line)
            return Envelope(problem: .notAnObject)
        }
        var reading = Reading()
        try scanner.beginObject()
        while let name = try scanner.nextMember(line) { try readMember(name, line, &reading) }
        return reading.finished
    }

    private mutating func readMember(
        _ name: JSONStringToken, _ line: Span<UInt8>, _ reading: inout Reading
    ) throws(JSONError) {
        if name.equals("method", in: line) {
            try readMethod(line, &reading)
        } else if name.equals("id", in: line) {
            try readID(line, &reading)
        } else if name.equals("jsonrpc", in: line) {
            reading.hasVersion = try readVersion(line)
        } else if name.equals("params", in: line) {
            try readParameters(line, &reading)
        } else {
            reading.note(.unknownMember)
            try scanner.skipValue(line)
        }
    }

    private mutating func readVersion(_ line: Span<UInt8>) throws(JSONError) -> Bool {
        guard try scanner.peekValue(line) == UInt8(ascii: "\"") else {
            try scanner.skipValue(line)
            return false
        }
        return try scanner.string(line).equals("2.0", in: line)
    }

    private mutating func readMethod(_ line: Span<UInt8>, _ reading: inout Reading) throws(JSONError) {
        guard try scanner.peekValue(line) == UInt8(ascii: "\"") else { return try scanner.skipValue(line) }
        reading.hasMethod = true
        if let method = Method.named(try scanner.string(line), in: line) { reading.envelope.target = .method(method) }
    }

    private mutating func readParameters(_ line: Span<UInt8>, _ reading: inout Reading) throws(JSONError) {
        let first = try scanner.peekValue(line)
        let start = scanner.position
        try scanner.skipValue(line)
        switch first {
        case UInt8(ascii: "{"): reading.envelope.parameters = .object(start..<scanner.position)
        case UInt8(ascii: "["): reading.envelope.parameters = .array
        default: reading.note(.parameters)
        }
    }

    private mutating func readID(_ line: Span<UInt8>, _ reading: inout Reading) throws(JSONError) {
        let first = try scanner.peekValue(line)
        let start = scanner.position
        try scanner.skipValue(line)
        let range = start..<scanner.position
        guard isValidID(line, range, first) else { return reading.note(.id) }
        reading.envelope.id = range
    }

    private func isValidID(_ line: Span<UInt8>, _ range: Range<Int>, _ first: UInt8) -> Bool {
        switch first {
        case UInt8(ascii: "\""): return range.count - 2 <= WireLimits.idStringBytes
        case UInt8(ascii: "n"): return true
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let digits = range.dropFirst(first == UInt8(ascii: "-") ? 1 : 0)
            return digits.count <= WireLimits.idDigits
                && digits.allSatisfy { line[$0] >= UInt8(ascii: "0") && line[$0] <= UInt8(ascii: "9") }
        default: return false
        }
    }
}

extension EnvelopeScanner {
    /// What is known of a request while its members are read, which may stand in any order.
    private struct Reading {
        var envelope = Envelope()
        var hasVersion = false
        var hasMethod = false

        mutating func note(_ problem: InvalidRequest) {
            if envelope.problem == nil { envelope.problem = problem }
        }

        var finished: Envelope {
            var reading = self
            if !hasVersion { reading.note(.version) }
            if !hasMethod { reading.note(.method) }
            return reading.envelope
        }
    }
}
