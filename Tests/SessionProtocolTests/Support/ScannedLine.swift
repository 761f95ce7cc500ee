// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// A line and what the scanner found in it.
struct ScannedLine {
    private let line: [UInt8]
    /// The request, where the line holds one.
    let single: Envelope?
    /// The entries, where the line holds a batch.
    let batch: [Envelope]

    init(_ text: String) throws { try self.init(bytes(text)) }

    init(_ line: [UInt8]) throws {
        self.line = line
        var scanner = EnvelopeScanner()
        switch try scanner.scan(line.span) {
        case .single(let envelope): (single, batch) = (envelope, [])
        case .batch: (single, batch) = (nil, scanner.batch)
        }
    }

    func id(of envelope: Envelope) -> String? {
        envelope.id.map { String(decoding: line[$0], as: UTF8.self) }
    }

    func parameters(of envelope: Envelope) -> String? {
        guard case .object(let range) = envelope.parameters else { return nil }
        return String(decoding: line[range], as: UTF8.self)
    }

    func members(of envelope: Envelope) throws -> [JSONMember] {
        guard case .object(let range) = envelope.parameters else { return [] }
        return try JSONValue(parsing: Array(line[range])).members ?? []
    }
}
