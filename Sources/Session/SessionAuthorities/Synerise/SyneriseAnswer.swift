// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionMachine
import SessionProtocol

/// What an answer of the REST API means: the one table for all calls (docs/authorities.md, Y10).
enum SyneriseAnswer {
    /// The body of an answer that says yes.
    ///
    /// - Throws: ``AuthorityFailure``: a rejection for the authority's own no; unavailable for everything that somebody
    ///   else may have said, or that may pass.
    static func body(of response: HTTPResponse, to call: SyneriseCall) throws(AuthorityFailure) -> JSONValue? {
        let kind = BodyKind(response)
        switch (response.status, kind) {
        case (200..<300, .json(let value)): return value
        case (200..<300, .none): return nil
        case (401, .json), (401, .none), (403, .json(.object)):
            throw failure(.rejected, "the authority said no", response)
        case (400, .json), (404, .json), (409, .json), (412, .json), (422, .json):
            guard call.hasCallersInput else { break }
            let errors = try fieldErrors(in: kind, response)
            throw failure(.rejected, "the authority refused the input", response, fieldErrors: errors)
        default: break
        }
        throw failure(.unavailable, transientReason(response, kind), response)
    }

    /// The failure for a body that is not what was promised.
    static func malformed(_ reason: String, _ response: HTTPResponse) -> AuthorityFailure {
        failure(.unavailable, "the authority's answer cannot be used: \(reason)", response)
    }

    // What the authority said about single parameters, but for the values that it was given: those may be secrets.
    private static func fieldErrors(
        in kind: BodyKind, _ response: HTTPResponse
    ) throws(AuthorityFailure) -> JSONValue? {
        guard case .json(let value) = kind, case .array(let errors) = value["errors"] else { return nil }
        var kept: [JSONValue] = []
        for error in errors.prefix(AuthorityBounds.fieldErrors) {
            var members: [JSONMember] = []
            for member in error.members ?? [] {
                if let member = try fieldErrorMember(member, response) { members.append(member) }
            }
            kept.append(.object(members))
        }
        while JSONValue.array(kept).byteCount > AuthorityBounds.fieldErrorsBytes { kept.removeLast() }
        return .array(kept)
    }

    private static func fieldErrorMember(
        _ member: JSONMember, _ response: HTTPResponse
    ) throws(AuthorityFailure) -> JSONMember? {
        let bytes =
            switch member.name {
            case "code", "field": AuthorityBounds.fieldNameBytes
            case "message": AuthorityBounds.fieldMessageBytes
            default: 0
            }
        let text: String? =
            switch member.value {
            case .string(let text): text
            case .number(let number): number.text
            default: nil
            }
        guard bytes > 0, let text else { return nil }
        if let fault = AuthorityBounds.fault(inName: text, bytes: bytes) {
            throw malformed("the \(member.name) of a field error: \(fault)", response)
        }
        return member
    }

    private static func transientReason(_ response: HTTPResponse, _ kind: BodyKind) -> String {
        if case .html = kind { return "something between here and the authority answered in its place" }
        switch response.status {
        case 200..<300: return "the authority's answer is not JSON"
        case 407: return "the proxy wants a password"
        case 403: return "something between here and the authority refused the call"
        case 429: return "the authority is asked too often"
        case 500...: return "the authority has a problem"
        default: return "the authority gave an answer that is not documented"
        }
    }

    private static func failure(
        _ meaning: AuthorityFailure.Meaning, _ message: String, _ response: HTTPResponse,
        fieldErrors: JSONValue? = nil
    ) -> AuthorityFailure {
        AuthorityFailure(
            meaning, "\(message) (HTTP \(response.status))",
            retryAfter: meaning == .unavailable ? response.retryAfter : nil, status: response.status,
            fieldErrors: fieldErrors, serverTime: response.serverTime)
    }
}

/// What kind of body an answer has.
private enum BodyKind {
    case none
    case json(JSONValue)
    case html
    case other

    init(_ response: HTTPResponse) {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        guard let first = response.body.first(where: { !blanks.contains($0) }) else {
            self = .none
            return
        }
        if first == UInt8(ascii: "<") {
            self = .html
        } else if let value = try? JSONValue(parsing: response.body) {
            self = .json(value)
        } else {
            self = .other
        }
    }
}
