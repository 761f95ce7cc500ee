// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine

extension MachineBench {
    /// An authority that is told of sign-outs.
    static let told = traits()

    /// Traits of an authority elsewhere.
    static func traits(
        kind: String = "test", origin: String = "https://a.example", key: String = "key", tellsSignOuts: Bool = true
    ) -> AuthorityTraits {
        AuthorityTraits(
            binding: Binding(kind: kind, origin: origin, apiKey: Secret(key)),
            signOuts: tellsSignOuts ? .areTold : .cannotBeTold)
    }

    /// The machine is there anew, out of what is stored: after a restart of the daemon, or after a reboot at a time
    /// that the wall clock has then.
    mutating func restart(
        _ traits: AuthorityTraits? = nil, policy: SessionPolicy? = nil, rebootAt wall: Int64? = nil
    ) {
        let stored = record.stored(in: SessionRecord.Boot(id: "first", now: now))
        if let wall { now = Moment(boottime: .seconds(20), wall: Timestamp(secondsSince1970: wall)) }
        let boot = SessionRecord.Boot(id: wall == nil ? "first" : "second", now: now)
        guard let read = try? SessionRecord(stored: stored, in: boot) else { return }
        seed += 1
        var turn = Turn(now: now, random: SeededRandom(seed: seed))
        machine = SessionMachine(
            record: read, policy: policy ?? machine.policy, traits: traits ?? machine.traits, store: machine.store,
            turn: &turn)
        machine.handle(.tick, &turn)
        (effects, durability) = (turn.effects, turn.durability)
    }

    /// What the wall clock shows, in seconds since 1970.
    var wall: Int64 { now.wall.secondsSince1970 }

    /// The sign-outs that the authority was told of last.
    var delivered: [OutboxEntry] {
        effects.compactMap { if case .deliver(let entry) = $0 { entry } else { nil } }
    }

    /// Somebody signs in, and out again.
    mutating func visit(_ name: String, fromAllDevices: Bool = false) {
        authenticate(.passwordOf("\(name)@example.com"))
        call(.signOut(SignOut(fromAllDevices: fromAllDevices), byAdministrator: false))
    }

    /// What the status says of a sign-out's fate at the authority, in the answer to a call.
    func fate(of id: CallID) -> AuthoritySignOut? {
        if case .signedOut(_, let authority) = answer(to: id) { authority } else { nil }
    }
}

extension AuthorityTraits {
    /// Traits of an authority that is the device itself.
    static func onDevice(_ binding: Binding) -> AuthorityTraits {
        AuthorityTraits(
            binding: binding, renewsExpiredTokens: true, provesTime: false, mayReplaceUnheard: false, isPaced: false,
            signOuts: .needNotBeTold, keyIsReplaceable: false, deletesAccounts: false, hasProfiles: false)
    }
}

extension AuthorityFailure {
    /// No answer of the authority's own, but one that tells its time.
    static func outage(at wall: Int64) -> AuthorityFailure {
        AuthorityFailure(.unavailable, "busy", status: 503, serverTime: Timestamp(secondsSince1970: wall))
    }

    /// No, and what time it is.
    static func rejection(at wall: Int64) -> AuthorityFailure {
        AuthorityFailure(.rejected, "no", status: 401, serverTime: Timestamp(secondsSince1970: wall))
    }

    /// A wish to be left alone.
    static func busy(for retryAfter: Duration) -> AuthorityFailure {
        AuthorityFailure(.unavailable, "busy", retryAfter: retryAfter, status: 503)
    }
}
