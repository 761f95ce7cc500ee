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
    /// Calls that wait for the session's owner.
    var calls: Set<CallID> = []
    /// What it is told of the session's transitions; `nil`: it does not watch.
    var watch: WatchPosition?

    init(peer: Peer, isObserver: Bool, isTrusted: Bool) {
        (self.peer, self.isObserver, self.isTrusted) = (peer, isObserver, isTrusted)
    }
}

extension Connection {
    /// What ``SessionService/accept(_:by:)`` has made for it.
    var caller: Caller { unsafeDowncast(context, to: Caller.self) }

    // Both are looked at with every request, and to look at an object costs more than all of a prepared answer.
    private static let spoken: UInt64 = 1 << 8

    /// What its caller may do, by the rules of now.
    var capabilities: CapabilitySet {
        get { CapabilitySet(rawValue: UInt8(truncatingIfNeeded: bits)) }
        set { bits = bits & ~UInt64(UInt8.max) | UInt64(newValue.rawValue) }
    }

    /// Whether a request came already.
    var hasSpoken: Bool {
        get { bits & Connection.spoken != 0 }
        set { bits = newValue ? bits | Connection.spoken : bits & ~Connection.spoken }
    }
}

extension Peer {
    /// What the rules judge of it.
    var credentials: Credentials { Credentials(uid: uid, gid: gid, groups: groups) }
}
