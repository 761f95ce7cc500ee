// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionMachine
import SessionProtocol
import SessiondPrimitives

/// What an answer of a provider means: the one table for all calls (docs/authorities.md, V9).
///
/// It is judged by its body whatever its status: GitHub sends errors with 200.
enum OpenIDAnswer {
    /// What was asked.
    enum Call: Sendable {
        /// A code for another device, or where a browser goes.
        case begin
        /// A token for a code.
        case redeem
        /// A token for a grant.
        case refresh
        /// A token that is nobody's.
        case ownToken
        /// To take a grant back.
        case revoke
        /// Who a token is for.
        case userinfo
    }

    /// An error in OAuth's own words (RFC 6749 §5.2, RFC 8628 §3.5).
    enum Word: Sendable, Equatable {
        case authorizationPending, slowDown, denied, expired
    }

    /// What an answer holds.
    enum Content: Sendable {
        case members(JSONValue)
        case word(Word)
    }

    /// The members of an answer that says yes.
    ///
    /// - Throws: ``AuthorityFailure``.
    static func members(of response: HTTPResponse, to call: Call) throws(AuthorityFailure) -> JSONValue {
        switch try content(of: response, to: call) {
        case .members(let members): return members
        // Of nothing but a code that a person was given.
        case .word: throw malformed("an error of another call", response)
        }
    }

    /// What an answer says.
    ///
    /// - Throws: ``AuthorityFailure``: a rejection for the provider's own no; `misconfigured` where the client is wrong and
    ///   not the customer; unavailable for everything that somebody else may have said, or that may pass.
    static func content(of response: HTTPResponse, to call: Call) throws(AuthorityFailure) -> Content {
        guard let members = members(of: response) else {
            if (200..<300).contains(response.status), response.body.isEmpty, call.mayBeEmpty {
                return .members(.object([]))
            }
            throw withoutMembers(response, call)
        }
        guard let error = members["error"]?.string else {
            if (200..<300).contains(response.status) { return .members(members) }
            throw withoutMembers(response, call)
        }
        if let word = word(error) { return .word(word) }
        throw failure(error, members, response, call)
    }

    /// The failure for an answer that is not what was promised.
    static func malformed(_ reason: String, _ response: HTTPResponse) -> AuthorityFailure {
        failure(.unavailable, "the provider's answer cannot be used: \(reason)", response)
    }

    /// The failure for an answer that another one may follow.
    static func transient(_ response: HTTPResponse) -> AuthorityFailure {
        failure(.unavailable, transientReason(response), response)
    }

    /// The failure for what a customer can never be signed in with.
    static func unusable(_ reason: String, _ response: HTTPResponse, hint: String? = nil) -> AuthorityFailure {
        failure(.rejected, "the provider's answer cannot be used: \(reason)", response, hint: hint, about: .answer)
    }

    /// What a person's device says of a code. Entra says `authorization_declined`.
    private static func word(_ error: String) -> Word? {
        switch error {
        case "authorization_pending": .authorizationPending
        case "slow_down": .slowDown
        case "access_denied", "authorization_declined": .denied
        case "expired_token": .expired
        default: nil
        }
    }

    private static func failure(
        _ error: String, _ members: JSONValue, _ response: HTTPResponse, _ call: Call
    ) -> AuthorityFailure {
        switch error {
        case "invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type", "invalid_target":
            return failure(
                .misconfigured, "the provider refuses this device's client: \(error)", response,
                hint: "see what the provider has set up for the client [OpenID] ClientID=, its secret and Scope=",
                about: error == "invalid_client" ? .client : .request)
        case "server_error", "temporarily_unavailable", "too_many_requests": return transient(response)
        case "invalid_grant": return failure(.rejected, "the provider said no", response)
        // Entra: a policy wants the customer to sign in again, whatever was granted before.
        case "interaction_required", "login_required", "consent_required":
            return failure(.rejected, "the provider wants the customer to sign in again", response)
        // Of the token that is shown: an access token, or, as some say it, the grant's own.
        case "invalid_token" where call == .userinfo || (call == .refresh && response.status == 401):
            return failure(.rejected, "the provider said no", response)
        default: break
        }
        // No refresh ends for a word that nobody has agreed on; a sign-in that it ends can be begun again.
        if call == .refresh || call == .ownToken || response.status >= 500 || response.status == 429 {
            return transient(response)
        }
        return failure(.rejected, "the provider refused the request", response)
    }

    private static func withoutMembers(_ response: HTTPResponse, _ call: Call) -> AuthorityFailure {
        var failure = transient(response)
        // Glewlwyd says so that a grant is over; so may something between here and a provider.
        failure.mayBeRejection = call == .refresh && response.status == 400 && response.body.isEmpty
        if call == .userinfo, response.status == 401 {
            return OpenIDAnswer.failure(.rejected, "the provider does not take the token", response)
        }
        return failure
    }

    private static func failure(
        _ meaning: AuthorityFailure.Meaning, _ message: String, _ response: HTTPResponse, hint: String? = nil,
        about subject: AuthorityFailure.Subject = .request
    ) -> AuthorityFailure {
        AuthorityFailure(
            meaning, "\(message) (HTTP \(response.status))", hint: hint,
            retryAfter: meaning == .unavailable ? response.retryAfter : nil, status: response.status,
            serverTime: response.serverTime, about: subject)
    }

    private static func transientReason(_ response: HTTPResponse) -> String {
        switch response.status {
        case 200..<300: "the provider's answer is no object"
        case 407: "the proxy wants a password"
        case 429: "the provider is asked too often"
        case 404, 405: "the call is not where the provider has said"
        case 500...: "the provider has a problem"
        default: "the provider gave an answer that is not documented"
        }
    }

    // JSON, or a form, as GitHub and old providers answer.
    private static func members(of response: HTTPResponse) -> JSONValue? {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        guard let first = response.body.first(where: { !blanks.contains($0) }) else { return nil }
        if first == UInt8(ascii: "{") { return try? JSONValue(parsing: response.body) }
        guard response.mediaType == "application/x-www-form-urlencoded" else { return nil }
        var members: [JSONMember] = []
        for pair in String(decoding: response.body, as: UTF8.self).split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = FormText.decoded(halves[0]), halves.count == 2, let value = FormText.decoded(halves[1])
            else { return nil }
            members.append(JSONMember(name, .string(value)))
        }
        return .object(members)
    }
}

extension OpenIDAnswer.Call {
    // A provider that has taken a grant back has nothing to say (RFC 7009 §2.2).
    fileprivate var mayBeEmpty: Bool { self == .revoke }
}

extension JSONValue {
    /// A whole number above zero, also one that was written as a text.
    func positiveInteger(_ name: String) -> Int64? {
        let number = self[name]?.integer ?? self[name]?.string.flatMap { Int64($0) }
        return number.flatMap { $0 > 0 ? $0 : nil }
    }
}
