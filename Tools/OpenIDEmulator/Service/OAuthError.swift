// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

/// A request that is not granted, RFC 6749 §5.2.
struct OAuthError: Error {
    var status = 400
    var error: String
    var description: String
    /// `WWW-Authenticate`.
    var challenge: String?

    init(_ error: String, _ description: String, status: Int = 400, challenge: String? = nil) {
        (self.error, self.description, self.status, self.challenge) = (error, description, status, challenge)
    }

    static func invalidRequest(_ description: String) -> OAuthError { OAuthError("invalid_request", description) }

    static func invalidGrant(_ description: String) -> OAuthError { OAuthError("invalid_grant", description) }

    static func invalidToken(_ description: String) -> OAuthError {
        OAuthError(
            "invalid_token", description, status: 401,
            challenge: #"Bearer error="invalid_token", error_description="\#(description)""#)
    }

    var answer: Answer {
        var answer = Answer.json(status: status) { writer in
            writer.member("error", error)
            writer.member("error_description", description)
        }
        if let challenge { answer.headers["WWW-Authenticate"] = challenge }
        return answer
    }
}
