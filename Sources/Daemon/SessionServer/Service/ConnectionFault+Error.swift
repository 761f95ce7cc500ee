// SPDX-License-Identifier: Apache-2.0

import LineServer
import SessionProtocol

extension ConnectionFault {
    /// What is said about it.
    var error: SessionError {
        switch self {
        case .lineTooLong:
            SessionError(.lineTooLong, "a line has at most \(WireLimits.requestLineBytes) bytes with its LF")
        case .lineTooSlow:
            SessionError(.deadlineExceeded, "the line did not arrive in time", hint: "see LineSec= in [Limits]")
        case .unknownPeer: SessionError(.permissionDenied, "the kernel does not say who is calling")
        case .tooManyConnections:
            SessionError(
                .limitExceeded, "there are too many connections", retryAfterSeconds: 1,
                hint: "close some, or raise Connections= or ConnectionsPerUser= in [Limits]")
        }
    }
}
