// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension SessionMachine {
    /// Notes what came of a call to the authority: how that stands, and how soon it may be asked for the like again.
    ///
    /// - Parameters:
    ///   - id: The call's number: what was asked with other settings says nothing of these, but for how long the authority
    ///     wants to be left alone.
    ///   - errand: What is held up by its failure; `nil`: nothing is, or the call sees to that itself.
    mutating func note(
        _ call: AuthorityCall, asked id: UInt64, _ failure: AuthorityFailure?, pausing errand: AuthorityErrand? = nil,
        _ turn: inout Turn
    ) {
        heed(failure, &turn)
        if let errand, isCurrent(id) || isReloadedInALoop(at: turn.now) { pause(errand, failure, &turn) }
        guard isCurrent(id) else { return }
        let wasReachable = standing.isReachable
        standing.note(call, failure, at: turn.now.wall)
        if failure?.isAnswer ?? true { forgetOutages(at: turn.now) }
        announceReachability(after: wasReachable, &turn)
        guard let failure, failure.isAboutItself, preparation == .done else { return }
        // Nobody knows who asks next: it is found out by itself when that is over.
        preparation = .due
        pause(.preparation, failure, &turn)
    }

    /// Forgets what was asked for in vain for whoever was here before: the authority has given another token.
    mutating func forgetOutages(_ turn: inout Turn) {
        let wasReachable = standing.isReachable
        forgetOutages(at: turn.now)
        announceReachability(after: wasReachable, &turn)
    }

    private func announceReachability(after wasReachable: Bool, _ turn: inout Turn) {
        guard standing.isReachable != wasReachable else { return }
        turn.announce(.authorityState(reachable: standing.isReachable, because: standing.outage?.failure))
    }

    private mutating func forgetOutages(at now: Moment) {
        let awaited = AuthorityCall.allCases.filter { isAwaited($0, at: now) }
        standing.forgetOutages { awaited.contains($0) }
    }

    // What nobody asks for again would be said not to be answered for ever: it is for as long as it is asked for by itself,
    // or whoever wants it is turned away. From then on any answer shows that the authority is there.
    private func isAwaited(_ call: AuthorityCall, at now: Moment) -> Bool {
        switch call {
        case .login, .refresh:
            let slot = snapshot.effectiveSlot(at: now)
            guard let kind = neededFlight(slot, now), (kind == .login) == (call == .login) else { return false }
            return pauses.cause(.token(slot), at: now) != nil
        case .preparation: return traits.needsPreparation && preparation != .done
        case .delivery: return !record.outbox.isEmpty
        case .redemption, .identification:
            guard let pending = record.pendingSignIn else { return false }
            if case .granted = pending.stage { return call == .identification }
            return call == .redemption
        // A browser's begins without a call of its own.
        case .beginning: return pauses.askable(.beginning(.device)) > now.boottime
        case .authentication: return pauses.askable(.authentication) > now.boottime
        case .deletion: return pauses.askable(.deletion) > now.boottime
        case .profile: return pauses.askable(.profile) > now.boottime
        }
    }

    /// Whether something was asked with the settings that count now.
    func isCurrent(_ id: UInt64) -> Bool { id > askedBefore }

    // One that is not paced is never spared: nobody else asks it, and it is put right on the spot. A no is an answer, but
    // for the profile, which has nothing in it that the next caller could say in another way.
    private mutating func pause(_ errand: AuthorityErrand, _ failure: AuthorityFailure?, _ turn: inout Turn) {
        guard traits.isPaced else { return }
        guard let failure, failure.isTransient || errand == .profile && failure.meaning == .rejected else {
            if failure?.meaning != .unsupported { pauses.succeeded(errand) }
            return
        }
        pauses.failed(errand, failure, at: turn.now, chance: turn.chance())
    }

    // Also for the next process: a restart is no reason to ask.
    private mutating func heed(_ failure: AuthorityFailure?, _ turn: inout Turn) {
        pauses.heed(failure, at: turn.now)
        let quietUntil = pauses.quietUntil > turn.now.boottime ? pauses.quietUntil : nil
        guard quietUntil != record.quietUntil else { return }
        record.quietUntil = quietUntil
        turn.store(.bestEffort)
    }

    /// Notes an authentication that its caller gave up: the authority has it all the same.
    mutating func noteAbandoned(_ credentials: AuthenticationAttempt.Credentials, _ turn: inout Turn) {
        guard credentials.reachesAuthority(traits), traits.isPaced else { return }
        pauses.abandoned(credentials.errand, at: turn.now, chance: turn.chance())
    }
}
