// SPDX-License-Identifier: Apache-2.0

/// The name of an error, which programs match on; open, so that a name of a later daemon is a value like any other.
public struct ErrorName: OpenName {
    /// The name on the wire, such as `notSignedIn`.
    public let rawValue: String

    /// The error of that name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// JSON-RPC: the line is not JSON.
    public static let parseError = ErrorName(rawValue: "parseError")
    /// JSON-RPC: the JSON is no request.
    public static let invalidRequest = ErrorName(rawValue: "invalidRequest")
    /// JSON-RPC: no such method.
    public static let methodNotFound = ErrorName(rawValue: "methodNotFound")
    /// JSON-RPC: a parameter is unknown, missing, of the wrong type or beyond its limits; `member` and `reason` say which.
    public static let invalidParams = ErrorName(rawValue: "invalidParams")
    /// JSON-RPC: a fault of the daemon's own.
    public static let internalError = ErrorName(rawValue: "internalError")
    /// The rules in `[Access]` do not grant this to the caller.
    public static let permissionDenied = ErrorName(rawValue: "permissionDenied")
    /// The customer is signed in, or recognised by Simple Authentication, and would have to be signed out first.
    public static let notAnonymous = ErrorName(rawValue: "notAnonymous")
    /// Somebody is signed in already.
    public static let alreadySignedIn = ErrorName(rawValue: "alreadySignedIn")
    /// Nobody is signed in.
    public static let notSignedIn = ErrorName(rawValue: "notSignedIn")
    /// The customer's session is over: they must sign in again.
    public static let sessionExpired = ErrorName(rawValue: "sessionExpired")
    /// There is no token, and none could be had now.
    public static let tokenUnavailable = ErrorName(rawValue: "tokenUnavailable")
    /// Even a new token does not live as long as was asked for; `maximumSeconds` says how long it would.
    public static let minimumValidityImpossible = ErrorName(rawValue: "minimumValidityImpossible")
    /// The authority said no: wrong credentials, or input that it refuses.
    public static let authorityRejected = ErrorName(rawValue: "authorityRejected")
    /// The authority could not be asked, or must not be asked yet.
    public static let authorityUnavailable = ErrorName(rawValue: "authorityUnavailable")
    /// The stored session cannot be read, and is not overwritten.
    public static let storeLocked = ErrorName(rawValue: "storeLocked")
    /// The change could not be stored, so it was not made.
    public static let storeFailed = ErrorName(rawValue: "storeFailed")
    /// The session is not the one that `ifGeneration` names.
    public static let generationMismatch = ErrorName(rawValue: "generationMismatch")
    /// One of the daemon's limits is reached.
    public static let limitExceeded = ErrorName(rawValue: "limitExceeded")
    /// The time that the caller gave was not enough.
    public static let deadlineExceeded = ErrorName(rawValue: "deadlineExceeded")
    /// The daemon has no configuration that it can use.
    public static let notConfigured = ErrorName(rawValue: "notConfigured")
    /// This daemon, or its authority, does not do that.
    public static let unsupported = ErrorName(rawValue: "unsupported")
    /// The daemon is stopping.
    public static let shuttingDown = ErrorName(rawValue: "shuttingDown")
    /// A line is longer than ``WireLimits/requestLineBytes``.
    public static let lineTooLong = ErrorName(rawValue: "lineTooLong")
    /// None of the protocol versions asked for is spoken here.
    public static let versionUnsupported = ErrorName(rawValue: "versionUnsupported")
    /// Another authentication is running.
    public static let busy = ErrorName(rawValue: "busy")
    /// A later sign-out, destroy or regenerate took the place of this authentication; it has had no effect.
    public static let superseded = ErrorName(rawValue: "superseded")
}

extension ErrorName {
    /// What belongs to a name of version 1.
    public struct Properties: Sendable {
        /// The JSON-RPC error code.
        public let code: Int
        /// The exit status of `sessionctl`, sysexits(3) where one fits.
        public let exitStatus: Int32
        /// Whether the same call may succeed later without anybody doing anything.
        public let isRetryable: Bool
    }

    /// Every name of version 1 with its code and exit status, in the order of the codes.
    public static let all: [(name: ErrorName, properties: Properties)] = [
        (.parseError, Properties(code: -32700, exitStatus: 76, isRetryable: false)),
        (.invalidRequest, Properties(code: -32600, exitStatus: 76, isRetryable: false)),
        (.methodNotFound, Properties(code: -32601, exitStatus: 76, isRetryable: false)),
        (.invalidParams, Properties(code: -32602, exitStatus: 64, isRetryable: false)),
        (.internalError, Properties(code: -32603, exitStatus: 70, isRetryable: false)),
        (.permissionDenied, Properties(code: -32001, exitStatus: 77, isRetryable: false)),
        (.notAnonymous, Properties(code: -32002, exitStatus: 1, isRetryable: false)),
        (.alreadySignedIn, Properties(code: -32003, exitStatus: 1, isRetryable: false)),
        (.notSignedIn, Properties(code: -32004, exitStatus: 1, isRetryable: false)),
        (.sessionExpired, Properties(code: -32005, exitStatus: 1, isRetryable: false)),
        (.tokenUnavailable, Properties(code: -32006, exitStatus: 75, isRetryable: true)),
        (.minimumValidityImpossible, Properties(code: -32007, exitStatus: 65, isRetryable: false)),
        (.authorityRejected, Properties(code: -32008, exitStatus: 65, isRetryable: false)),
        (.authorityUnavailable, Properties(code: -32009, exitStatus: 75, isRetryable: true)),
        (.storeLocked, Properties(code: -32010, exitStatus: 78, isRetryable: false)),
        (.storeFailed, Properties(code: -32011, exitStatus: 75, isRetryable: true)),
        (.generationMismatch, Properties(code: -32012, exitStatus: 1, isRetryable: false)),
        (.limitExceeded, Properties(code: -32013, exitStatus: 75, isRetryable: true)),
        (.deadlineExceeded, Properties(code: -32014, exitStatus: 75, isRetryable: true)),
        (.notConfigured, Properties(code: -32015, exitStatus: 78, isRetryable: false)),
        (.unsupported, Properties(code: -32016, exitStatus: 1, isRetryable: false)),
        (.shuttingDown, Properties(code: -32017, exitStatus: 75, isRetryable: true)),
        (.lineTooLong, Properties(code: -32018, exitStatus: 76, isRetryable: false)),
        (.versionUnsupported, Properties(code: -32019, exitStatus: 76, isRetryable: false)),
        (.busy, Properties(code: -32020, exitStatus: 75, isRetryable: true)),
        (.superseded, Properties(code: -32021, exitStatus: 1, isRetryable: false)),
    ]

    /// What belongs to this name; for a name of a later version, what belongs to `internalError`.
    public var properties: Properties {
        ErrorName.all.first { $0.name == self }?.properties
            ?? Properties(code: -32603, exitStatus: 70, isRetryable: false)
    }
}
