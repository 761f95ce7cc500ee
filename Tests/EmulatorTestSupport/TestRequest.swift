// SPDX-License-Identifier: Apache-2.0

/// A request, after which the connection closes unless it says otherwise.
package struct TestRequest {
    package var method: String
    package var path: String
    package var body: String?
    package var token: String?
    package var headers: [String: String]
    package var connection: String

    package init(
        method: String, path: String, body: String? = nil, token: String? = nil, headers: [String: String] = [:],
        connection: String = "close"
    ) {
        (self.method, self.path, self.body, self.token) = (method, path, body, token)
        (self.headers, self.connection) = (headers, connection)
    }

    package var bytes: [UInt8] {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: authority.example", "Connection: \(connection)"]
        if let body { lines += ["Content-Length: \(body.utf8.count)"] }
        if body != nil, headers["Content-Type"] == nil { lines.append("Content-Type: application/json; charset=utf-8") }
        if let token { lines.append("Authorization: Bearer \(token)") }
        lines += headers.map { "\($0.key): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")).utf8)
    }
}
