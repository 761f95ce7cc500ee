// SPDX-License-Identifier: Apache-2.0

extension SessionMachine {
    /// Notes what came of an errand, and with it how soon another of its kind may be run; `nil`: the authority was not
    /// asked for anything.
    ///
    /// One that is not paced is never spared: nobody else asks it, and it is put right on the spot. A no is an answer,
    /// but for the profile, which has nothing in it that the next caller could say in another way.
    mutating func noteOutcome(of errand: AuthorityErrand?, _ failure: AuthorityFailure?, _ turn: inout Turn) {
        guard let errand, traits.isPaced else { return }
        heed(failure, &turn)
        guard let failure, failure.isTransient || errand == .profile && failure.meaning == .rejected else {
            if failure?.meaning != .unsupported { pauses.succeeded(errand) }
            return
        }
        pauses.failed(errand, failure, at: turn.now, chance: turn.chance())
    }

    /// Notes what the authority asked for with a failure, also for the next process: a restart is no reason to ask.
    mutating func heed(_ failure: AuthorityFailure?, _ turn: inout Turn) {
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
