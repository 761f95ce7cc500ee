// SPDX-License-Identifier: Apache-2.0

import LineServer
import SessionProtocol

@testable import TestSupport

/// One answer of the daemon.
struct Answer {
    /// Whose it is, and why it was refused.
    struct Refusal: Equatable {
        var id: Int64?
        var name: ErrorName

        init(id: Int64?, _ name: ErrorName) { (self.id, self.name) = (id, name) }
    }

    var id: Int64?
    var result: JSONValue?
    var error: Refusal?
}

extension TestClient {
    /// A request's line, without its LF.
    static func line(_ id: Int64?, _ method: Method, _ parameters: String? = nil) -> String {
        let id = id.map { "\"id\":\($0)," } ?? ""
        let parameters = parameters.map { ",\"params\":\($0)" } ?? ""
        return "{\"jsonrpc\":\"2.0\",\(id)\"method\":\"\(method.rawValue)\"\(parameters)}"
    }

    func call(_ id: Int64?, _ method: Method, _ parameters: String? = nil) throws {
        try send(TestClient.line(id, method, parameters) + "\n")
    }

    /// The next line; `nil` at the end of what the peer sends.
    func text() async throws -> String? { try await waiting { try self.line() } }

    /// The next line, which is a batch's.
    func answers() async throws -> [JSONValue] {
        guard case .array(let answers) = try JSONValue(parsing: Array((try await text() ?? "").utf8).span) else {
            throw TestFailure("that is no array")
        }
        return answers
    }

    /// The next answer.
    func answer() async throws -> Answer {
        guard let text = try await text() else { throw TestFailure("the connection has ended") }
        let value = try JSONValue(parsing: Array(text.utf8).span)
        let id = value["id"]?.integer
        let error = value["error"]?["data"]?["name"]?.string.map { Answer.Refusal(id: id, ErrorName(rawValue: $0)) }
        return Answer(id: id, result: value["result"], error: error)
    }

    /// Calls, and reads the answer as what the request says it is.
    func result<Request: SessionRequest>(of request: Request) async throws -> Request.Response {
        try send(request.line(id: 1))
        let answer = try await answer()
        guard let result = answer.result else { throw TestFailure("\(Request.method) was refused: \(answer)") }
        return try Request.Response(json: result)
    }
}
