// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

/// A request as it was received.
public struct Request: Sendable {
    /// Its line, without the LF.
    public let line: String
    /// Its id, as JSON.
    public let id: String
    /// Its method.
    public let method: String
    /// Its parameters.
    public let parameters: JSONValue

    init(line: [UInt8]) throws {
        self.line = String(decoding: line, as: UTF8.self)
        let json = try JSONValue(parsing: line)
        id = String(json["id"]?.integer ?? -1)
        method = json["method"]?.string ?? ""
        parameters = json["params"] ?? .null
    }
}

/// What the fake daemon answers.
public enum Answer: Sendable {
    /// A `result`, as JSON.
    case result(String)
    /// An error.
    case error(SessionError)

    /// The answer's line, with its LF.
    public func line(id: String) -> [UInt8] {
        switch self {
        case .result(let json): ResponseLine.line(id: Array(id.utf8), result: Array(json.utf8))
        case .error(let error): ResponseLine.line(id: Array(id.utf8), error: error)
        }
    }
}
