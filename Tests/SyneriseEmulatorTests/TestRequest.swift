// SPDX-License-Identifier: Apache-2.0

/// A request, after which the connection closes unless it says otherwise.
struct TestRequest {
    var method: String
    var path: String
    var body: String?
    var token: String?
    var headers: [String: String] = [:]
    var connection = "close"

    var bytes: [UInt8] {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: authority.example", "Connection: \(connection)"]
        if let body { lines += ["Content-Length: \(body.utf8.count)"] }
        if body != nil, headers["Content-Type"] == nil { lines.append("Content-Type: application/json; charset=utf-8") }
        if let token { lines.append("Authorization: Bearer \(token)") }
        lines += headers.map { "\($0.key): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")).utf8)
    }
}
