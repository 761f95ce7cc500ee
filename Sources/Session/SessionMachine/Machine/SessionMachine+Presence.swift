// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

/// An end that the kiosk's policy sets.
struct PolicyEnd: Sendable, Equatable {
    var reason: EndReason
    /// On CLOCK_BOOTTIME.
    var at: Duration
}

/// The end that comes next, as everybody is shown it.
package struct SessionEnd: Sendable, Equatable {
    let end: PolicyEnd
    /// When that is by the wall clock.
    let wallClock: Timestamp
}

extension SessionMachine {
    /// Between two touches that are stored at most: an app that sends one with every key wears no disk out.
    static let longestTouchStorePause = Duration.seconds(60)
    /// What part of the idle time-out a crash may take from a customer at most.
    static let touchStoresPerTimeout = 10

    /// Counts the customer as active now; nothing else does.
    mutating func touch(_ turn: inout Turn) {
        // Who comes too late revives nobody.
        applyKioskPolicy(&turn)
        record.pendingSignIn?.activeAt = turn.now.boottime
        guard record.presence != nil else { return }
        record.presence?.activeAt = turn.now.boottime
        guard let timeout = policy.kiosk.idleTimeout else { return }
        let pause = min(timeout / SessionMachine.touchStoresPerTimeout, SessionMachine.longestTouchStorePause)
        let isDue = storedActivity.map { turn.now.boottime - $0 >= pause } ?? true
        if isDue { turn.store(.bestEffort) }
    }

    /// Has what is known in memory alone stored: the process ends.
    mutating func prepareToStop(_ turn: inout Turn) {
        // Whatever the policy: the next process may have another one.
        if record.presence?.activeAt != storedActivity || record.pendingSignIn != nil { turn.store(.bestEffort) }
    }

    /// Notes what of the customer's activity a turn has stored.
    mutating func noteStoredActivity(_ turn: Turn) {
        if turn.durability != .nothing { storedActivity = record.presence?.activeAt }
    }

    /// Begins to count for a customer who has just been authenticated.
    mutating func beginPresence(_ turn: inout Turn) {
        let now = turn.now.boottime
        record.presence = Presence(activeAt: now, endsAt: policy.kiosk.maximumLifetime.map { now + $0 })
    }

    /// The ends that are set for the customer who is there.
    var policyEnds: [PolicyEnd] {
        guard let presence = record.presence else { return [] }
        let idle = policy.kiosk.idleTimeout.map { PolicyEnd(reason: .idleTimeout, at: presence.activeAt + $0) }
        let last = policy.kiosk.maximumLifetime == nil ? nil : presence.endsAt
        return [idle, last.map { PolicyEnd(reason: .maximumLifetime, at: $0) }].compactMap { $0 }
    }

    /// Ends what the policy ends, and warns of an end that is near.
    mutating func applyKioskPolicy(_ turn: inout Turn) {
        completePresence(&turn)
        let ends = policyEnds
        if let over = ends.filter({ $0.at <= turn.now.boottime }).min(by: { $0.at < $1.at }) {
            // What was warned of has come: nothing is withdrawn.
            warnedOf = []
            return end(because: over.reason, &turn)
        }
        for reason in [EndReason.idleTimeout, .maximumLifetime] {
            warn(of: reason, at: ends.first { $0.reason == reason }?.at, &turn)
        }
    }

    /// Notes the end that comes next, for whoever counts down. Where the wall clock puts it stays as it is, though that
    /// clock is read in whole seconds, unless somebody has set it.
    mutating func noteEnd(at now: Moment) {
        sessionEnd = policyEnds.min(by: { $0.at < $1.at }).map { next in
            let wallClock = now.wallClock(at: next.at)
            guard let shown = sessionEnd, shown.end == next,
                abs(shown.wallClock.secondsSince1970 - wallClock.secondsSince1970) <= 1
            else { return SessionEnd(end: next, wallClock: wallClock) }
            return shown
        }
    }

    /// When the policy has something to say next.
    func policyInstants(after now: Moment) -> [Duration] {
        policyEnds.flatMap { [$0.at, $0.at - policy.kiosk.warnBefore] }.filter { $0 > now.boottime }
    }

    /// Forgets whoever is gone, and begins to count for whom nobody has counted yet: the policy is new, or the version.
    private mutating func completePresence(_ turn: inout Turn) {
        guard record.client != nil || record.holdsSimpleAuthentication else {
            record.presence = nil
            return
        }
        if record.presence == nil {
            record.presence = Presence(activeAt: turn.now.boottime)
            if policy.kiosk.idleTimeout != nil { turn.store(.bestEffort) }
        }
        guard let lifetime = policy.kiosk.maximumLifetime, record.presence?.endsAt == nil else { return }
        record.presence?.endsAt = turn.now.boottime + lifetime
        turn.store(.bestEffort)
    }

    private mutating func end(because reason: EndReason, _ turn: inout Turn) {
        _ = queueSignOut(fromAllDevices: false, &turn)
        switch policy.kiosk.endAction {
        case .destroy: replaceCustomer(because: reason, &turn)
        case .signOut:
            supersede(&turn)
            endSession(reason, &turn)
            // Whoever has gone away may be another one than who comes next.
            forgetLabels(&turn)
        }
        record.presence = nil
    }

    private mutating func warn(of reason: EndReason, at end: Duration?, _ turn: inout Turn) {
        let now = turn.now.boottime
        if let end, policy.kiosk.warnBefore > .zero, end - policy.kiosk.warnBefore <= now {
            guard warnedOf.insert(reason).inserted else { return }
            turn.announce(.expiringSoon(reason, atSeconds: (end - now).secondsRoundedUp))
        } else if warnedOf.remove(reason) != nil {
            turn.announce(.expiringSoonWithdrawn(reason))
        }
    }
}
