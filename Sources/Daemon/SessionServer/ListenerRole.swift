// SPDX-License-Identifier: Apache-2.0

/// Which socket a connection came by.
package enum ListenerRole: Int, Sendable {
    /// The socket for apps.
    case client
    /// The socket for those who may only look.
    case observer
}
