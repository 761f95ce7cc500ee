// SPDX-License-Identifier: Apache-2.0

/// An answer as it stands in a line.
public enum ResponseLine: Sendable, Equatable {
    /// The `result` of the call with that id.
    case result(id: Int64, JSONValue)
    /// The error of the call with that id; without one, what the daemon says about the connection as a whole.
    case error(id: Int64?, SessionError)
    /// A notification, such as `session.event`: nobody's answer.
    case notification(method: String, JSONValue)

    /// Reads a line of the daemon.
    ///
    /// - Throws: ``SessionError`` named `parseError` or `internalError` where it is not JSON-RPC 2.0.
    public init(line: Span<UInt8>) throws(SessionError) {
        var scanner = AnswerScanner()
        switch try scanner.scan(line) {
        case .result(let id, let result): self = .result(id: id, result.value)
        case .error(let id, let error): self = .error(id: id, error)
        case .notification(let method, let parameters): self = .notification(method: method, parameters?.value ?? .null)
        }
    }

    /// The line for a result, ended by LF; `id` and `result` are JSON as they are sent.
    public static func line(id: some Collection<UInt8>, result: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(idPrefix.count + id.count + result.count + 16)
        bytes += idPrefix
        bytes += id
        bytes += resultName
        bytes += result
        bytes += [UInt8(ascii: "}"), 0x0A]
        return bytes
    }

    /// The line for an error, ended by LF; `id` is JSON as it is sent.
    public static func line(id: some Collection<UInt8>, error: SessionError) -> [UInt8] {
        var writer = JSONWriter()
        error.write(to: &writer)
        return idPrefix + id + errorName + writer.bytes + [UInt8(ascii: "}"), 0x0A]
    }

    /// What stands before the id in every answer.
    public static let idPrefix = Array(#"{"jsonrpc":"2.0","id":"#.utf8)
    /// What stands between the id and the result.
    public static let resultName = Array(#","result":"#.utf8)
    private static let errorName = Array(#","error":"#.utf8)
}
