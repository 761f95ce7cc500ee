// SPDX-License-Identifier: Apache-2.0

import SessiondLinux

/// An answer, whatever its status, redirections excepted.
package struct HTTPResponse: Sendable {
    /// 200–299 and 400–599 from a peer that keeps to RFC 9110.
    package var status: Int
    /// `Date`, in whole seconds since 1970; `nil`: none, or none that can be read.
    package var date: Int64?
    /// `Retry-After`, counted from when the answer came; `nil`: none, or none that can be read.
    package var retryAfter: Duration?
    /// `Content-Type` without its parameters, in lower case: to decide by, not to show.
    package var mediaType: String?
    /// At most ``HTTPLimits/bodyBytes``; may hold a token.
    package var body: [UInt8]
    /// When the request was begun, before its connection was: what a token's lifetime counts from.
    var sentAt: SystemInstant
    /// When the last byte of the answer was there.
    var receivedAt: SystemInstant
}

extension HTTPResponse: CustomStringConvertible, CustomReflectable {
    /// Status and size; the body may be secret.
    package var description: String { "HTTP \(status), \(body.count) bytes" }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
