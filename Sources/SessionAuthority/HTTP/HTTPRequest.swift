// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// One request, relative to a client's base.
struct HTTPRequest: Sendable {
    /// What is asked for.
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// What is asked for.
    var method: Method
    /// Begins with `/`; visible ASCII without `?` and `#`, sent as it is.
    var path: String
    /// Names and values, escaped when sent.
    var query: [(name: String, value: String)] = []
    /// More headers than those the client sends by itself: `Accept`, `Authorization`, `Content-Type`, `User-Agent`.
    var headers: [(name: String, value: String)] = []
    /// JSON.
    var body: [UInt8]?
    /// Sent as `Authorization: Bearer`.
    var bearer: Secret?
    /// `nil`: those of the client.
    var timeouts: HTTPTimeouts?

    init(_ method: Method, _ path: String, body: [UInt8]? = nil, bearer: Secret? = nil) {
        (self.method, self.path, self.body, self.bearer) = (method, path, body, bearer)
    }
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    /// Method and path; the rest may be secret.
    var description: String { "\(method.rawValue) \(path)" }
    /// A mirror without children.
    var customMirror: Mirror { Mirror(self, children: []) }
}
