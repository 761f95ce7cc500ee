// SPDX-License-Identifier: Apache-2.0

import AccessRules
import LineServer
import SessionMachine

/// What the service knows about a connection: who calls, and what they may do.
struct Caller {
    let peer: Peer
    let isObserver: Bool
    /// Root or the daemon's own user.
    let isTrusted: Bool
    /// By the rules of now.
    var capabilities: CapabilitySet
    /// Calls that wait for the session's owner.
    var calls: Set<CallID> = []
    /// What it is told of the session's transitions; `nil`: it does not watch.
    var watch: WatchPosition?
    /// Whether a request came already.
    var hasSpoken = false
}

extension Peer {
    /// What the rules judge of it.
    var credentials: Credentials { Credentials(uid: uid, gid: gid, groups: groups) }
}
