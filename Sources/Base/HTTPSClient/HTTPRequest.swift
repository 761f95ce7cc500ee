// SPDX-License-Identifier: Apache-2.0

package import SessiondPrimitives

/// One request, relative to a client's base.
package struct HTTPRequest: Sendable {
    /// What is asked for.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// What is asked for.
    package var method: Method
    /// Begins with `/`; visible ASCII without `?` and `#`, sent as it is.
    package var path: String
    /// Names and values, escaped when sent.
    package var query: [(name: String, value: String)] = []
    /// More headers than those the client sends by itself: `Accept`, `Authorization`, `Content-Type`, `User-Agent`.
    package var headers: [(name: String, value: String)] = []
    /// What is sent; `nil`: nothing.
    package var body: [UInt8]?
    /// What ``body`` is.
    package var mediaType = "application/json"
    /// Sent as `Authorization: Bearer`.
    package var bearer: SecretBytes?
    /// `nil`: those of the client.
    package var timeouts: HTTPTimeouts?

    package init(_ method: Method, _ path: String, body: [UInt8]? = nil, bearer: SecretBytes? = nil) {
        (self.method, self.path, self.body, self.bearer) = (method, path, body, bearer)
    }
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    /// Method and path; the rest may be secret.
    package var description: String { "\(method.rawValue) \(path)" }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
