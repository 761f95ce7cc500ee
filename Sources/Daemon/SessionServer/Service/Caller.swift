// SPDX-License-Identifier: Apache-2.0

import AccessRules
import LineServer
import SessionMachine

/// What the service knows about a connection: who calls, and what they may do.
final class Caller {
    let peer: Peer
    /// What the rules judge of it.
    let credentials: Credentials
    let isObserver: Bool
    private let isTrustedPeer: Bool
    /// The pages that it speaks for, for as long as it is connected; `nil`: for none.
    private(set) var origin: WebOrigin?
    /// Whether it is told when another configuration lists other origins.
    var followsOrigins = false
    /// Calls that wait for the session's owner.
    var calls: Set<CallID> = []
    /// What it is told of the session's transitions; `nil`: it does not watch.
    var watch: WatchPosition?

    init(peer: Peer, isObserver: Bool, isTrusted: Bool) {
        (self.peer, self.isObserver, isTrustedPeer) = (peer, isObserver, isTrusted)
        credentials = peer.credentials
    }

    /// Root or the daemon's own user, for themselves.
    var isTrusted: Bool { isTrustedPeer && origin == nil }

    /// Whom limits and delays count for.
    var identity: CallerIdentity { CallerIdentity(user: peer.uid, origin: origin) }

    /// Whom a sign-in that it begins counts for.
    var initiator: Initiator { Initiator(user: peer.uid, origin: origin?.description) }

    /// Whether every rule says of it what it says of another.
    func isJudged(like other: Caller) -> Bool {
        credentials == other.credentials && isObserver == other.isObserver && origin == other.origin
    }

    /// Has it speak for pages from now on.
    func speak(for origin: WebOrigin) { self.origin = origin }
}

/// Whom limits and delays count for: a user, or pages in that user's browser.
struct CallerIdentity: Hashable, CustomStringConvertible {
    let user: UInt32
    /// `nil`: no pages.
    let origin: WebOrigin?

    /// As the journal and errors name it.
    var description: String { "user \(user)" + (origin.map { " on behalf of \($0)" } ?? "") }
}

extension Connection {
    /// What ``SessionService/accept(_:by:)`` has made for it.
    var caller: Caller { unsafeDowncast(context, to: Caller.self) }

    // Both are looked at with every request, and to look at an object costs more than all of a prepared answer.
    private static let spoken: UInt64 = 1 << 8
    private static let allowedShift: UInt64 = 16
    private static let capabilityBits = UInt64(UInt8.max) << allowedShift | UInt64(UInt8.max)

    /// The bits of a connection that speaks for no page.
    static func bits(allowing capabilities: CapabilitySet) -> UInt64 {
        UInt64(capabilities.rawValue) << allowedShift | UInt64(capabilities.rawValue)
    }

    /// What its caller may do, by the rules of now.
    var capabilities: CapabilitySet {
        get { CapabilitySet(rawValue: UInt8(truncatingIfNeeded: bits >> Connection.allowedShift)) }
        set {
            var allowed = Connection.bits(allowing: newValue)
            if caller.origin != nil { allowed &= ~UInt64(UInt8.max) }
            bits = bits & ~Connection.capabilityBits | allowed
        }
    }

    /// With which of them it is answered at once: with none where it speaks for pages, whose requests are all looked at
    /// twice. So nobody else pays for the look.
    var promptCapabilities: CapabilitySet { CapabilitySet(rawValue: UInt8(truncatingIfNeeded: bits)) }

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
