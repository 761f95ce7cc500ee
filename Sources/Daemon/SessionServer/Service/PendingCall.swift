// SPDX-License-Identifier: Apache-2.0

import LineServer
import SessionProtocol

/// A call that waits for the session's owner.
struct PendingCall {
    let connection: Connection
    let method: Method
    /// Whether it may change anything.
    let isMutation: Bool
    /// The id as it was sent; `nil` for a notification.
    let id: [UInt8]?
    /// Where its answer belongs; `nil`: in a line of its own.
    let place: (batch: Batch, index: Int)?
    /// When it came, on CLOCK_BOOTTIME.
    let since: Duration
    /// Whether the caller has gone: its outcome is still noted.
    var isOrphaned = false
    /// What is handled once the session's owner has ended what is over; `nil`: the owner answers by itself.
    var deferred: Incoming?
}
