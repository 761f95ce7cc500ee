// SPDX-License-Identifier: Apache-2.0

/// Why a request has no answer.
package struct HTTPFailure: Error, Sendable, Equatable {
    /// What happened.
    package let meaning: Meaning
    /// One line for people that says where and what, without any of the peer's text.
    package let message: String
    /// What to do about it.
    package let hint: String?

    /// A failure at an endpoint, or at a part of the request.
    package init(_ meaning: Meaning, at place: String) {
        self.meaning = meaning
        message = "\(place): \(meaning.text)"
        hint = meaning.hint
    }
}

extension HTTPFailure: CustomStringConvertible {
    package var description: String { message }
}
