// SPDX-License-Identifier: Apache-2.0

import SessionClient
import SessionProtocol

extension ClientError {
    /// Whether the same question may be answered soon: the daemon starts, stops, or waits for an administrator.
    var mayPass: Bool {
        switch code {
        case .unreachable, .connectionLost: true
        case .session: [.notConfigured, .shuttingDown, .limitExceeded].contains(sessionError?.name)
        default: false
        }
    }
}

extension CommandFailure {
    /// The time is up, and it is as it should not be.
    init(timeIsUp what: String) {
        self.init(.timedOut, name: ClientError.Code.timedOut.rawValue, "the time is up, and \(what)")
    }

    /// The same, and why. Who reached nobody is told that; else it is the time that was not enough.
    init(timeIsUp what: String, _ error: ClientError) {
        guard error.sessionError != nil else {
            self.init(error, hasTimeout: true)
            return
        }
        self.init(
            .timedOut, name: ClientError.Code.timedOut.rawValue, "the time is up, and \(what): \(error.message)",
            hint: error.hint?.withVerbs)
    }
}
