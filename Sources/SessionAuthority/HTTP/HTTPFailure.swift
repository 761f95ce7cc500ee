// SPDX-License-Identifier: Apache-2.0

/// Why a request has no answer.
public struct HTTPFailure: Error, Sendable, Equatable {
    /// What happened.
    public let meaning: Meaning
    /// One line for people that says where and what, without any of the peer's text.
    public let message: String
    /// What to do about it.
    public let hint: String?

    /// A failure at an endpoint, or at a part of the request.
    init(_ meaning: Meaning, at place: String) {
        self.meaning = meaning
        message = "\(place): \(meaning.text)"
        hint = meaning.hint
    }
}

extension HTTPFailure: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
