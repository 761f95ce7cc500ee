// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// How one attempt of a call ended.
enum CallOutcome: Sendable, Equatable {
    /// The daemon's `result`.
    case result(JSONValue)
    /// It failed, and not because of the connection.
    case failed(ClientError)
    /// No connection could be had, so nothing was sent; `mayPass`: the daemon is there, and only busy.
    case unreachable(ClientError, mayPass: Bool)
    /// The connection broke before the answer; `wasSent`: the daemon may have read the request.
    case lost(wasSent: Bool)
}
