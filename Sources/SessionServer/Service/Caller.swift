// SPDX-License-Identifier: Apache-2.0

/// What the service knows about a connection: who calls, and what they may do.
struct Caller {
    let peer: Peer
    let isObserver: Bool
    /// Root or the daemon's own user.
    let isTrusted: Bool
    let capabilities: CapabilitySet
    /// Whether a request came already.
    var hasSpoken = false
}
