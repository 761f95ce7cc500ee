// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

/// A request that is not granted: the error body of the REST API.
///
/// `{"timestamp":"2026-11-23T05:02:03Z","status":400,"error":"Bad Request","message":"…","path":"/sauth/…",
/// "errors":[{"code":400,"field":"uuid","message":"is required","rejectedValue":null}]}`
struct Refusal: Error {
    /// What is wrong with one member of the request.
    struct Field: Sendable {
        var name: String
        var message: String
        var rejectedValue: JSONValue = .null
    }

    var status: Int
    var message: String
    var fields: [Field] = []

    static func unauthorized(_ message: String) -> Refusal { Refusal(status: 401, message: message) }

    func answer(path: String, nowSeconds: Int64) -> Answer {
        .json(status: status) { writer in
            writer.member("timestamp", Timestamp(secondsSince1970: nowSeconds).description)
            writer.member("status", status)
            writer.member("error", StatusPhrase.of(status))
            writer.member("message", message)
            writer.member("path", path)
            writer.member("errors", .array(fields.map { $0.json(code: status) }))
        }
    }
}

extension Refusal.Field {
    fileprivate func json(code: Int) -> JSONValue {
        .object([
            JSONMember("code", .number(JSONNumber(Int64(code)))), JSONMember("field", .string(name)),
            JSONMember("message", .string(message)), JSONMember("rejectedValue", rejectedValue),
        ])
    }
}
