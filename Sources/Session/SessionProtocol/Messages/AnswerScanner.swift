// SPDX-License-Identifier: Apache-2.0

/// An answer as it stands in a line, of which nothing is built yet: ``ResponseLine`` without its values.
package enum AnswerLine: Sendable, Equatable {
    /// The `result` of the call with that id.
    case result(id: Int64, JSONElement)
    /// The error of the call with that id; without one, what the daemon says about the connection as a whole.
    indirect case error(id: Int64?, SessionError)
    /// A notification and its `params`.
    case notification(method: String, JSONElement?)
}

/// Reads the daemon's lines, keeping its storage from one to the next.
package struct AnswerScanner {
    private var scanner = JSONScanner()

    /// A scanner that has read nothing.
    package init() {}

    /// Reads one line, without its LF.
    ///
    /// - Throws: ``SessionError`` named `parseError` or `internalError` where it is not JSON-RPC 2.0.
    package mutating func scan(_ line: Span<UInt8>) throws(SessionError) -> AnswerLine {
        if let result = plainResult(line) { return result }
        let line = try read(line)
        guard line["jsonrpc"]?.string == "2.0" else { throw .malformedAnswer("jsonrpc") }
        if let error = line["error"] {
            return .error(id: line["id"]?.integer, try SessionError(json: error.value))
        } else if let result = line["result"], let id = line["id"]?.integer {
            return .result(id: id, result)
        } else if let method = line["method"]?.string {
            return .notification(method: method, line["params"])
        }
        throw .malformedAnswer("result")
    }

    // A result in the form that sessiond writes; nil: it has another one, or something is wrong with it.
    private mutating func plainResult(_ line: Span<UInt8>) -> AnswerLine? {
        guard line.holds(AnswerScanner.beforeID, at: 0) else { return nil }
        let start = AnswerScanner.beforeID.utf8CodeUnitCount
        var end = start
        while end < line.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= line[end] { end += 1 }
        guard line.holds(AnswerScanner.beforeResult, at: end), let id = Int64(line.text(in: start..<end)),
            let result = try? scanner.document(line, from: end + AnswerScanner.beforeResult.utf8CodeUnitCount),
            scanner.position == line.count - 1, line[scanner.position] == UInt8(ascii: "}")
        else { return nil }
        return .result(id: id, result)
    }

    private static let beforeID: StaticString = #"{"jsonrpc":"2.0","id":"#
    private static let beforeResult: StaticString = #","result":"#

    private mutating func read(_ line: Span<UInt8>) throws(SessionError) -> JSONElement {
        do throws(JSONError) {
            let element = try scanner.document(line)
            try scanner.finish(line)
            return element
        } catch {
            throw SessionError(.parseError, "the daemon's answer is not JSON: \(error)")
        }
    }
}
