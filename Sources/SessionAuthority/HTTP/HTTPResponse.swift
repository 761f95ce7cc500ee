// SPDX-License-Identifier: Apache-2.0

import SessionCore
import SessionProtocol

/// An answer, whatever its status, redirections excepted.
struct HTTPResponse: Sendable {
    /// 200–299 and 400–599 from a peer that keeps to RFC 9110.
    var status: Int
    /// `Date`; `nil`: none, or none that can be read.
    var date: Timestamp?
    /// `Retry-After`, counted from when the answer came; `nil`: none, or none that can be read.
    var retryAfter: Duration?
    /// `Content-Type` without its parameters, in lower case: to decide by, not to show.
    var mediaType: String?
    /// At most ``HTTPLimits/bodyBytes``; may hold a token.
    var body: [UInt8]
    /// When the request was begun, before its connection was: what a token's lifetime counts from.
    var sentAt: Moment
    /// When the last byte of the answer was there.
    var receivedAt: Moment
}

extension HTTPResponse: CustomStringConvertible, CustomReflectable {
    /// Status and size; the body may be secret.
    var description: String { "HTTP \(status), \(body.count) bytes" }
    /// A mirror without children.
    var customMirror: Mirror { Mirror(self, children: []) }
}
