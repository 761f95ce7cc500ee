// SPDX-License-Identifier: Apache-2.0

/// An answer in place of the good one.
public struct StatusFault: Sendable, Equatable {
    /// The status code, 200–599.
    public internal(set) var code: Int
    /// The body.
    public internal(set) var body = Body.json
    /// When to come again; `nil`: no such header.
    public internal(set) var retryAfter: RetryAfter?
    /// The `Location` of a redirect.
    public internal(set) var location: String?

    /// What stands in the body.
    public enum Body: Sendable, Equatable {
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
    public enum RetryAfter: Sendable, Equatable {
        /// As written: seconds, or a date.
        case text(String)
        /// A date so many seconds after the emulator's now.
        case date(afterSeconds: Int64)
    }
}
