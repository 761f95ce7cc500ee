// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

/// When the authority may be asked for what: the one place that every call to it is held up by.
///
/// What the authority asked for (`Retry-After`) binds all errands; a failure without that wish binds its own kind.
struct AuthorityPauses: Sendable, Equatable {
    /// Until then, on CLOCK_BOOTTIME, the authority asked to be left alone, whatever happens.
    private(set) var quietUntil = Duration.zero
    // What it said then.
    private var quietBecause: AuthorityFailure?
    private var backOffs: [AuthorityErrand: BackOff] = [:]

    /// So often an errand that its caller gave up doubles the pause: nobody can lock others out for long by it.
    static let longestAbandonment = 5

    /// Pauses of which nothing is known but what an earlier process was asked for; `nil`: nothing was.
    init(quietUntil: Duration? = nil) {
        guard let quietUntil else { return }
        self.quietUntil = quietUntil
        quietBecause = AuthorityFailure(.unavailable, "it said so before the daemon was started anew")
    }

    /// From when on an errand may be run for somebody who waits for it.
    func askable(_ errand: AuthorityErrand) -> Duration { max(quietUntil, backOffs[errand]?.retryAt ?? .zero) }

    /// From when on it may be run without that.
    func askableInBackground(_ errand: AuthorityErrand) -> Duration {
        max(quietUntil, backOffs[errand]?.backgroundRetryAt ?? .zero)
    }

    /// Why it may not be run at a moment; `nil` where nothing has failed.
    func cause(_ errand: AuthorityErrand, at now: Moment) -> AuthorityFailure? {
        quietUntil > now.boottime ? quietBecause : backOffs[errand]?.failure
    }

    /// The answer to whoever wants it before its time; `nil`: it may be run.
    func refusal(of errand: AuthorityErrand, at now: Moment) -> SessionError? {
        guard let seconds = secondsLeft(errand, at: now) else { return nil }
        let cause = cause(errand, at: now)
        let why = quietUntil > now.boottime ? "it asked to be left alone" : "the last attempt failed"
        return SessionError(
            .authorityUnavailable, "the authority is not asked yet, since \(why): \(cause?.message ?? "no answer")",
            retryAfterSeconds: seconds, hint: cause?.hint)
    }

    /// A failure as its caller hears of it: with the time from which on another attempt may be made.
    func error(_ failure: AuthorityFailure, of errand: AuthorityErrand, at now: Moment) -> SessionError {
        var error = failure.error
        if failure.meaning == .unavailable { error.retryAfterSeconds = secondsLeft(errand, at: now) }
        return error
    }

    private func secondsLeft(_ errand: AuthorityErrand, at now: Moment) -> Int? {
        let left = askable(errand) - now.boottime
        return left > .zero ? Int(left.secondsRoundedUp) : nil
    }
}

extension AuthorityPauses {
    /// Notes what the authority asked for with a failure: it holds for every errand.
    mutating func heed(_ failure: AuthorityFailure?, at now: Moment) {
        guard let failure, let asked = failure.retryAfter, now.boottime + asked > quietUntil else { return }
        (quietUntil, quietBecause) = (now.boottime + asked, failure)
    }

    /// Notes an errand that failed, unless another of its kind has failed since it was begun: they failed together.
    mutating func failed(_ errand: AuthorityErrand, _ failure: AuthorityFailure, at now: Moment, chance: Double) {
        var backOff = backOffs[errand] ?? BackOff()
        guard backOff.retryAt ?? .zero <= now.boottime else { return }
        backOff.failures += 1
        let retryAt = now.boottime + RefreshPolicy.urgentPause(failures: backOff.failures, chance: chance)
        (backOff.retryAt, backOff.backgroundRetryAt, backOff.failure) = (retryAt, retryAt, failure)
        backOffs[errand] = backOff
    }

    /// Notes an errand that its caller gave up before the authority answered. The first costs nothing: people change
    /// their minds.
    mutating func abandoned(_ errand: AuthorityErrand, at now: Moment, chance: Double) {
        var backOff = backOffs[errand] ?? BackOff()
        backOff.failures += 1
        let counted = min(backOff.failures - 1, AuthorityPauses.longestAbandonment)
        if counted > 0 {
            let retryAt = now.boottime + RefreshPolicy.urgentPause(failures: counted, chance: chance)
            (backOff.retryAt, backOff.backgroundRetryAt) = (retryAt, retryAt)
            backOff.failure = AuthorityFailure(.unavailable, "its callers did not wait for the authority's answer")
        }
        backOffs[errand] = backOff
    }

    /// Notes an errand of a slot's token that failed, with pauses that the slot's state gives.
    mutating func failed(
        _ slot: Slot, _ failure: AuthorityFailure, at now: Moment, isCounted: Bool,
        _ pauses: (_ failures: Int) -> (urgent: Duration, background: Duration)
    ) {
        var backOff = backOffs[.token(slot)] ?? BackOff()
        if isCounted { backOff.failures += 1 }
        let pauses = pauses(backOff.failures)
        backOff.failure = failure
        (backOff.retryAt, backOff.backgroundRetryAt) = (now.boottime + pauses.urgent, now.boottime + pauses.background)
        backOffs[.token(slot)] = backOff
    }

    /// Notes an errand that was run: its kind's failures are over, and those of people's that never came so far as to
    /// the authority.
    mutating func succeeded(_ errand: AuthorityErrand) {
        backOffs[errand] = nil
        backOffs = backOffs.filter { !$0.key.isOfAPerson || $0.value.failure?.status != nil }
    }

    /// Forgets an errand's failures, without the authority's having been asked for it.
    mutating func forgetFailures(of errand: AuthorityErrand) { backOffs[errand] = nil }

    /// Forgets the pauses of failures that somebody has put right, here or there.
    mutating func forget(_ isMended: (AuthorityFailure) -> Bool) {
        backOffs = backOffs.filter { !($0.value.failure.map(isMended) ?? false) }
    }

    /// Goes on for another slot where one had got to: it is the same authority that does not answer.
    mutating func goOn(_ other: Slot, with slot: Slot) {
        guard var backOff = backOffs[.token(slot)], backOff.failures > backOffs[.token(other)]?.failures ?? 0 else {
            return
        }
        backOff.backgroundRetryAt = backOff.retryAt
        backOffs[.token(other)] = backOff
    }

    /// There is a network again: people may try at once, the rest at an instant, but for what the authority asked for.
    mutating func bringForward(to instant: Duration, at now: Moment) {
        for errand in backOffs.keys { backOffs[errand]?.bringForward(to: errand.isOfAPerson ? now.boottime : instant) }
    }
}
