// SPDX-License-Identifier: Apache-2.0

/// An answer in place of the good one.
package struct StatusFault: Sendable, Equatable {
    /// The status code, 200–599.
    package var code: Int
    /// The body.
    package var body = Body.json
    /// When to come again; `nil`: no such header.
    package var retryAfter: RetryAfter?
    /// The `Location` of a redirect.
    package var location: String?

    /// What stands in the body.
    package enum Body: Sendable, Equatable {
        /// The authority's error body.
        case json
        /// A gateway's page.
        case html
        /// Nothing.
        case empty
        /// The content of a file.
        case content([UInt8], type: String)
    }

    /// A `Retry-After`, RFC 9110 §10.2.3.
    package enum RetryAfter: Sendable, Equatable {
        /// As written: seconds, or a date.
        case text(String)
        /// A date so many seconds after the emulator's now.
        case date(afterSeconds: Int64)
    }
}
