// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// How one attempt of a call ended. It is handed on by everybody: what is large in it stays where it is.
enum CallOutcome: Sendable, Equatable {
    /// The daemon's `result`.
    case result(JSONElement)
    /// It failed, and not because of the connection.
    indirect case failed(ClientError)
    /// No connection could be had, so nothing was sent; `mayPass`: the daemon is there, and only busy.
    indirect case unreachable(ClientError, mayPass: Bool)
    /// The connection broke before the answer; `wasSent`: the daemon may have read the request.
    case lost(wasSent: Bool)
}
