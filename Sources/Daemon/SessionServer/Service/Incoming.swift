// SPDX-License-Identifier: Apache-2.0

import LineServer
import SessionProtocol

/// One request on its way through the service.
struct Incoming {
    /// The connection that it came by, and is answered on.
    let connection: Connection
    let method: Method
    /// The id as it was sent; `nil` for a notification.
    let id: [UInt8]?
    /// Whether it is an entry of a batch.
    let isInBatch: Bool
    /// What it is called with.
    let parameters: [JSONMember]
    /// How long the caller waits at most.
    private(set) var patience: Duration

    var caller: Caller { connection.caller }

    /// - Throws: ``SessionError`` named `invalidParams` where `_deadlineSeconds` is not what it may be.
    init(
        connection: Connection, method: Method, id: [UInt8]?, isInBatch: Bool, parameters: [JSONMember]
    ) throws(SessionError) {
        (self.connection, self.method, self.id, self.isInBatch) = (connection, method, id, isInBatch)
        self.parameters = parameters
        var reader = ParameterReader(parameters)
        let seconds = try reader.seconds("_deadlineSeconds", in: WireLimits.deadlineSeconds)
        patience = .milliseconds(Int64((seconds ?? WireLimits.defaultDeadlineSeconds) * 1000))
    }

    /// The same after a while, which its caller has waited.
    func after(_ time: Duration) -> Incoming {
        var incoming = self
        incoming.patience -= time
        return incoming
    }
}
