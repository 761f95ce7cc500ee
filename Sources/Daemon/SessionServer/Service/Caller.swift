// SPDX-License-Identifier: Apache-2.0

import AccessRules
import LineServer
import SessionMachine

/// What the service knows about a connection: who calls, and what they may do.
final class Caller {
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

    init(peer: Peer, isObserver: Bool, isTrusted: Bool, capabilities: CapabilitySet) {
        (self.peer, self.isObserver, self.isTrusted) = (peer, isObserver, isTrusted)
        self.capabilities = capabilities
    }
}

extension Connection {
    /// What ``SessionService/accept(_:by:)`` has made for it.
    var caller: Caller { unsafeDowncast(context, to: Caller.self) }
}

extension Peer {
    /// What the rules judge of it.
    var credentials: Credentials { Credentials(uid: uid, gid: gid, groups: groups) }
}
