// SPDX-License-Identifier: Apache-2.0

import SessionClient
import SessionProtocol

/// What the process ends with; where sysexits(3) has a number, that one.
enum ExitStatus: Int32, CaseIterable {
    /// It was done.
    case success = 0
    /// It was refused, and would be again.
    case refused = 1
    /// The answer is no.
    case no = 3
    /// The command line is wrong.
    case usage = 64
    /// The input is refused.
    case dataError = 65
    /// A file that was named cannot be read.
    case noInput = 66
    /// There is no such user or group.
    case noUser = 67
    /// The daemon cannot be reached, or the connection broke before its answer.
    case unavailable = 69
    /// A fault of the daemon's or of this program.
    case internalError = 70
    /// The answer cannot be written.
    case outputError = 74
    /// It may work later.
    case temporaryFailure = 75
    /// What was answered is not the protocol.
    case protocolError = 76
    /// The caller may not do that.
    case notPermitted = 77
    /// The daemon's configuration is at fault.
    case configuration = 78
    /// `--timeout`, as with timeout(1).
    case timedOut = 124
    /// The command to be executed is there, and cannot be; as with env(1).
    case notExecutable = 126
    /// There is no such command; as with env(1).
    case commandNotFound = 127

    /// The status for an error of a call; `hasTimeout`: the user gave the time.
    init(_ error: ClientError, hasTimeout: Bool) {
        switch error.code {
        case .session: self = ExitStatus(error.sessionError?.name ?? .internalError, hasTimeout: hasTimeout)
        case .unreachable, .connectionLost: self = .unavailable
        case .permissionDenied: self = .notPermitted
        case .timedOut: self = .timedOut
        case .malformedAnswer: self = .protocolError
        case .invalidSocketPath: self = .usage
        case .requestTooLarge: self = .dataError
        default: self = .internalError
        }
    }

    private init(_ name: ErrorName, hasTimeout: Bool) {
        if name == .deadlineExceeded, hasTimeout {
            self = .timedOut
        } else {
            self = ExitStatus(rawValue: name.properties.exitStatus) ?? .internalError
        }
    }
}
