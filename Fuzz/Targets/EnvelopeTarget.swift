// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

/// A client's bytes, up to the parameters: line splitter, JSON, envelope.
enum EnvelopeTarget {
    // Kept from input to input, as a daemon keeps it from line to line.
    nonisolated(unsafe) private static var scanner = EnvelopeScanner()

    static func run(_ input: [UInt8]) {
        _ = checkedJSON(input)
        for limit in [48, WireLimits.requestLineBytes] {
            let expected = ReferenceLines(input, limit: limit)
            for chunk in [1, 7, max(input.count, 1)] {
                let lines = splitLines(input, limit: limit, chunk: chunk)
                require(lines == expected, "chunks of \(chunk) make other lines: \(lines), not \(expected)")
            }
        }
        for line in ReferenceLines(input, limit: WireLimits.requestLineBytes).lines { scan(line) }
    }

    /// Reads a text as JSON and compares the outcome with that of a reader that was written another way.
    static func checkedJSON(_ text: [UInt8]) -> JSONValue? {
        do throws(JSONError) {
            let value = try JSONValue(parsing: text)
            require(ReferenceJSON.accepts(text), "JSON was accepted that is none")
            let again = written(value)
            let reread = require(try? JSONValue(parsing: again), "what was written cannot be read")
            require(written(reread) == again, "what was written is read as something else")
            return value
        } catch {
            require(!ReferenceJSON.accepts(text), "JSON was refused: \(error)")
            require((0...text.count).contains(error.offset), "an error beyond the end: \(error)")
            return nil
        }
    }

    /// Scans a line, with what an earlier line left and without.
    static func scan(_ line: [UInt8]) {
        let value = checkedJSON(line)
        var fresh = EnvelopeScanner()
        let content = try? scanner.scan(line.span)
        require(content == (try? fresh.scan(line.span)), "an earlier line changes what a line says")
        require((content != nil) == (value != nil), "the scanner does not agree with the reader")
        guard let content, let value else { return }
        switch content {
        case .single(let envelope): check(envelope, value, line)
        case .batch:
            require(scanner.batch == fresh.batch, "an earlier line changes what a batch says")
            guard case .array(let entries) = value else { fail("a batch that is no array") }
            require(entries.count == scanner.batch.count, "entries are missing")
            for (envelope, entry) in zip(scanner.batch, entries) { check(envelope, entry, line) }
        }
    }

    private static func check(_ envelope: Envelope, _ value: JSONValue, _ line: [UInt8]) {
        if case .array(let entries) = value, [.emptyBatch, .batchTooLarge].contains(envelope.problem) {
            require(entries.isEmpty || entries.count > WireLimits.batchEntries, "a batch was refused")
            return
        }
        // Too long as it was sent, which cannot be seen any more.
        if envelope.id == nil, let id = value["id"]?.string, id.utf8.count * 6 > WireLimits.idStringBytes { return }
        let expected = ReferenceEnvelope(value)
        require((envelope.problem == nil) == expected.isRequest, "\(envelope) is what \(expected) says")
        let id = envelope.id.map { Array(line[$0]) }
        require(id.flatMap { try? JSONValue(parsing: $0) } == expected.id, "another id")
        if let id { require((try? JSONValue(parsing: ResponseLine.line(id: id, result: [0x30]))) != nil, "id") }
        guard case .object(let range) = envelope.parameters else { return }
        let parameters = require(try? JSONValue(parsing: Array(line[range])), "parameters that are no JSON")
        require(value["params"].map(written) == written(parameters), "other parameters")
    }

    private static func splitLines(_ input: [UInt8], limit: Int, chunk: Int) -> ReferenceLines {
        var splitter = LineSplitter(maximumLineBytes: limit)
        var found = ReferenceLines()
        var buffer: [UInt8] = []
        var rest = input[...]
        while !rest.isEmpty {
            buffer += rest.prefix(chunk)
            rest = rest.dropFirst(chunk)
            var start = 0
            reading: while true {
                switch splitter.next(in: buffer.span, from: start) {
                case .line(let range, let end):
                    found.lines.append(Array(buffer[range]))
                    start = end
                case .tooLong:
                    found.isTooLong = true
                    return found
                case .incomplete(let from):
                    start = from
                    break reading
                }
            }
            buffer.removeFirst(start)
        }
        if let last = splitter.finish(in: buffer.span, from: 0) { found.lines.append(Array(buffer[last])) }
        return found
    }
}
