// SPDX-License-Identifier: Apache-2.0

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
        guard isCurrent(id) else { return }
        if let errand { pause(errand, failure, &turn) }
        let wasReachable = standing.isReachable
        standing.note(call, failure, at: turn.now.wall)
        if standing.isReachable != wasReachable {
            turn.announce(.authorityState(reachable: standing.isReachable, because: standing.outage))
        }
        guard let failure, failure.isAboutItself, preparation == .done else { return }
        // Nobody knows who asks next: it is found out by itself when that is over.
        preparation = .due
        pause(.preparation, failure, &turn)
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
