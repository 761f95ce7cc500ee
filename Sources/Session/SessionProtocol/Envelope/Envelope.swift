// SPDX-License-Identifier: Apache-2.0

/// One JSON-RPC request as it stands in a line: where its parts are, not what they say.
public struct Envelope: Sendable, Equatable {
    /// The member `params`.
    public enum Parameters: Sendable, Equatable {
        /// There is none.
        case absent
        /// An object, from `{` to `}`.
        case object(Range<Int>)
        /// An array: parameters by position, which no method has.
        case array
    }

    /// What the member `method` names.
    public enum Target: Sendable, Equatable {
        /// A method of this version.
        case method(Method)
        /// A name that this version does not know.
        case unknown
    }

    /// The id's bytes in the line, to be echoed; `nil` for a notification, and where the id is invalid.
    public var id: Range<Int>?
    /// What is called; `unknown` where the request is invalid.
    public var target: Target = .unknown
    /// What it is called with.
    public var parameters: Parameters = .absent
    /// Why this is no request (`invalidRequest`, -32600); `nil` where it is one.
    public var problem: InvalidRequest?

    /// Whether no answer is wanted: a valid request without an id.
    public var isNotification: Bool { id == nil && problem == nil }
}

/// Says why a JSON value is not a JSON-RPC 2.0 request.
public enum InvalidRequest: String, Sendable, Equatable {
    /// Not an object.
    case notAnObject = "a request is an object"
    /// `jsonrpc` is missing or not "2.0".
    case version = "member \"jsonrpc\" must be \"2.0\""
    /// `method` is missing or no string.
    case method = "member \"method\" must be a string"
    /// `params` is neither an object nor an array.
    case parameters = "member \"params\" must be an object"
    /// `id` is not what an id may be.
    case id = "member \"id\" must be a string of at most 256 bytes, an integer of at most 20 digits, or null"
    /// A member that JSON-RPC does not have.
    case unknownMember = "a request has the members \"jsonrpc\", \"method\", \"params\" and \"id\" only"
    /// An array without entries.
    case emptyBatch = "a batch has at least one entry"
    /// An array with more entries than ``WireLimits/batchEntries``.
    case batchTooLarge = "a batch has at most 32 entries"
}
