// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// An error answer: the same value in the daemon, on the wire and in the client.
///
/// ```json
/// {"code":-32004,"message":"nobody is signed in","data":{"name":"notSignedIn","retryable":false}}
/// ```
public struct SessionError: Error, Sendable, Equatable {
    /// What programs match on.
    public var name: ErrorName
    /// The JSON-RPC code.
    public var code: Int
    /// One line for people; never a secret.
    public var message: String
    /// Whether the same call may succeed later without anybody doing anything.
    public var isRetryable: Bool
    /// When it may, in whole seconds from now; `nil` where nobody knows.
    public var retryAfterSeconds: Int?
    /// What to do about it; `nil` where the message says all.
    public var hint: String?
    /// The further members of `data`, such as `member`, `reason`, `capability`, `cause`.
    public var details: [JSONMember]

    /// An error of a name, with that name's code.
    public init(
        _ name: ErrorName,
        _ message: String,
        retryAfterSeconds: Int? = nil,
        hint: String? = nil,
        details: [JSONMember] = []
    ) {
        self.name = name
        self.code = name.properties.code
        self.message = message
        self.isRetryable = name.properties.isRetryable
        self.retryAfterSeconds = retryAfterSeconds
        self.hint = hint
        self.details = details
    }

    /// The error for a parameter that cannot be accepted (-32602).
    ///
    /// A name that is longer than any of ours is cut off, so that the answer stays within
    /// ``WireLimits/requestLineBytes``, and its control characters stay out of the message, which is one line.
    public static func invalidParameter(_ member: String, _ reason: String) -> SessionError {
        var name = String(member.unicodeScalars.prefix(64))
        if name.utf8.count < member.utf8.count { name += "…" }
        let shown = String(
            String.UnicodeScalarView(name.unicodeScalars.map { $0.isControl ? "?" : $0 }))
        return SessionError(
            .invalidParams,
            "invalid parameter \"\(shown)\": \(reason)",
            details: [JSONMember("member", .string(name)), JSONMember("reason", .string(reason))]
        )
    }
}

extension SessionError: CustomStringConvertible {
    /// Name and message, and the hint where there is one.
    public var description: String { "\(name.rawValue): \(message)" + (hint.map { " (\($0))" } ?? "") }
}

extension SessionError {
    /// Reads an error object; members that are unknown are kept in ``details``.
    init(json: JSONValue) throws(SessionError) {
        guard let code = json["code"]?.integer, let message = json["message"]?.string else {
            throw .malformedAnswer("error")
        }
        let data = json["data"]?.members ?? []
        let name = data.string("name").map(ErrorName.init(rawValue:)) ?? ErrorName.named(code: Int(code))
        self.init(name, message)
        self.code = Int(code)
        isRetryable = data.value("retryable")?.bool ?? false
        retryAfterSeconds = data.value("retryAfterSeconds")?.integer.map { Int($0) }
        hint = data.string("hint")
        details = data.filter { !["name", "retryable", "retryAfterSeconds", "hint"].contains($0.name) }
    }

    /// Writes the error object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("code", code)
        writer.member("message", message)
        writer.object("data") { data in
            data.member("name", name.rawValue)
            data.member("retryable", isRetryable)
            data.member("retryAfterSeconds", retryAfterSeconds)
            data.member("hint", hint)
            for detail in details { data.member(detail.name, detail.value) }
        }
        writer.endObject()
    }

    /// The error for an answer of the daemon that is not what the protocol says.
    static func malformedAnswer(_ member: String) -> SessionError {
        SessionError(.internalError, "the daemon's answer has no valid \"\(member)\"")
    }
}

extension ErrorName {
    fileprivate static func named(code: Int) -> ErrorName {
        all.first { $0.properties.code == code }?.name ?? .internalError
    }
}

extension [JSONMember] {
    fileprivate func value(_ name: String) -> JSONValue? { first { $0.name == name }?.value }
    fileprivate func string(_ name: String) -> String? { value(name)?.string }
}
