// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

/// Why a call brought no answer, or what the daemon answered instead of a result.
public struct ClientError: Error, Sendable, Equatable {
    /// What programs match on; open, so that a later version can add to it.
    public struct Code: OpenName {
        /// The code's name, such as `unreachable`.
        public let rawValue: String
        /// The code of that name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Nobody listens on the socket, or there is none. Nothing was sent.
        public static let unreachable = Code(rawValue: "unreachable")
        /// The socket's owner and mode keep the caller out. Nothing was sent.
        public static let permissionDenied = Code(rawValue: "permissionDenied")
        /// The connection broke before the answer. For a call that changes the session the outcome is unknown:
        /// it is never sent again, and ``ClientError/status`` says how the session stands now.
        /// Also where the caller gave up, since the service that is to answer does not come up.
        public static let connectionLost = Code(rawValue: "connectionLost")
        /// The daemon did not answer in time. For a call that changes the session the outcome is unknown.
        public static let timedOut = Code(rawValue: "timedOut")
        /// The calling task was cancelled. For a call that changes the session the outcome is unknown.
        public static let cancelled = Code(rawValue: "cancelled")
        /// The client was closed.
        public static let closed = Code(rawValue: "closed")
        /// What answered does not speak the protocol.
        public static let malformedAnswer = Code(rawValue: "malformedAnswer")
        /// The path cannot be a socket's.
        public static let invalidSocketPath = Code(rawValue: "invalidSocketPath")
        /// The request is longer than `WireLimits.requestLineBytes`. Nothing was sent.
        public static let requestTooLarge = Code(rawValue: "requestTooLarge")
        /// The daemon answered with an error: ``ClientError/sessionError``.
        public static let session = Code(rawValue: "session")
    }

    /// What programs match on.
    public let code: Code
    /// One line for people: what happened, and where; never a secret.
    public let message: String
    /// What to do about it; `nil` where the message says all.
    public let hint: String?
    /// The daemon's own error; `nil` for any other ``code`` than ``Code/session``.
    public let sessionError: SessionError?
    /// The errno(3) behind it; `nil` where there is none.
    public let systemErrorNumber: Int32?
    /// How the session stands after ``Code/connectionLost``; `nil` where that could not be asked.
    public let status: SessionStatus?

    init(
        _ code: Code, _ message: String, hint: String? = nil, sessionError: SessionError? = nil,
        systemErrorNumber: Int32? = nil, status: SessionStatus? = nil
    ) {
        (self.code, self.message, self.hint) = (code, message, hint)
        (self.sessionError, self.systemErrorNumber, self.status) = (sessionError, systemErrorNumber, status)
    }

    /// The daemon's error.
    public static func session(_ error: SessionError) -> ClientError {
        ClientError(.session, error.message, hint: error.hint, sessionError: error)
    }
}

extension ClientError: CustomStringConvertible {
    /// The code's name, or the daemon's name for the error, with message and hint.
    public var description: String {
        "\(sessionError?.name.rawValue ?? code.rawValue): \(message)" + (hint.map { " (\($0))" } ?? "")
    }
}

extension ClientError {
    static func connectionLost(_ call: Called, status: SessionStatus? = nil) -> ClientError {
        guard call.isMutation else {
            return ClientError(
                .connectionLost, "sessiond closed the connection before it answered \(call.name)",
                hint: logHint)
        }
        let now = status.map { "the session is now \($0.state.rawValue), generation \($0.generation), \($0.uuid)" }
        return ClientError(
            .connectionLost,
            "sessiond closed the connection before it answered \(call.name): it may have been carried out",
            hint: now ?? "ask for the status before trying again", status: status
        )
    }

    static let logHint = "try again; its log says why: journalctl -u sessiond, or where its standard error goes"

    /// What is long enough for all that the daemon does by itself.
    private static let ampleTime = Duration.seconds(5)

    static func timedOut(_ call: Called, after allowed: Duration) -> ClientError {
        let seconds = allowed.secondsText
        let unknown = call.isMutation ? ": it may still be carried out" : ""
        let service =
            "see whether sessiond runs, and what it waits for: systemctl status sessiond; its log says more: "
            + "journalctl -u sessiond, or where its standard error goes"
        return ClientError(
            .timedOut, "sessiond did not answer \(call.name) within \(seconds) s\(unknown)",
            hint: call.isMutation
                ? "ask for the status before trying again"
                : allowed < ampleTime ? "try again with more time" : service
        )
    }

    static func unanswered(_ call: Called, _ futility: LateCheck.Futility) -> ClientError {
        let unknown = call.isMutation ? "; once it runs, it may still be carried out" : ""
        return ClientError(
            .connectionLost, "sessiond does not answer \(call.name): \(futility.reason)\(unknown)", hint: futility.hint)
    }

    static func cancelled(_ call: Called) -> ClientError {
        let unknown = call.isMutation ? ": it may still be carried out" : ""
        return ClientError(.cancelled, "nobody waits for the answer to \(call.name) any longer\(unknown)")
    }

    static func closed(_ call: Called) -> ClientError {
        ClientError(.closed, "the client was closed before \(call.name) was answered")
    }

    static func malformedAnswer(_ call: Called, _ reason: SessionError) -> ClientError {
        ClientError(
            .malformedAnswer, "what was answered to \(call.name) is not sessiond's protocol: \(reason.message)",
            hint: "see whether the socket is sessiond's, and whether it and this program are of the same version"
        )
    }

    static func unsupported(_ call: Called, _ feature: String, by server: String) -> ClientError {
        .session(
            SessionError(
                .unsupported, "\(server) is too old for this \(call.name): it has no \(feature)",
                hint: "update sessiond"))
    }

    static func invalidSocketPath(_ path: String, _ reason: String) -> ClientError {
        ClientError(
            .invalidSocketPath, "\"\(path)\" cannot be a socket's path: \(reason)",
            hint: "the default is \(SocketPath.standard)"
        )
    }

    static func requestTooLarge(_ method: Method, bytes: Int) -> ClientError {
        ClientError(
            .requestTooLarge,
            "the request \(method.rawValue) has \(bytes) bytes, and at most \(WireLimits.requestLineBytes) are allowed",
            hint: "send less with it"
        )
    }
}

extension Duration {
    /// Seconds without needless digits: `2`, `0.25`.
    fileprivate var secondsText: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds > 0 else { return String(seconds) }
        var digits = String(1000 + milliseconds).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(seconds).\(digits)"
    }
}
