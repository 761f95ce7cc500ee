// SPDX-License-Identifier: Apache-2.0

/// Why a connection cannot go on.
package enum ConnectionFault: String, CaseIterable {
    /// A line is longer than the limit.
    case lineTooLong
    /// A line did not arrive in time.
    case lineTooSlow
    /// The kernel does not say who it is.
    case unknownPeer
    /// There are too many connections, in all or of one user.
    case tooManyConnections
}
