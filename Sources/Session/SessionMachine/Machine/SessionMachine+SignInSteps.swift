// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

// MARK: - Results

extension SessionMachine {
    mutating func endBeginning(
        _ id: UInt64, _ result: Result<SignInOffer, AuthorityFailure>, _ turn: inout Turn
    ) {
        guard id > askedElsewhere else { return }
        noteTime((try? result.get())?.serverTime ?? result.failure?.serverTime, &turn)
        // Of one that was given up nobody knows any more how: for a code, as all that the authority itself is asked for.
        let errand = signIns.beginning.flatMap { $0.id == id ? $0.wish.errand : nil } ?? .beginning(.device)
        if (try? result.get())?.method == .browser {
            // For a browser's address nobody has to be asked: that there is one says nothing of the authority.
            pauses.forgetFailures(of: errand)
        } else {
            note(.beginning, asked: id, result.failure, pausing: errand, &turn)
        }
        // One that was given up meanwhile: its code is shown to nobody, and runs out by itself.
        guard let beginning = signIns.beginning, beginning.id == id else { return }
        switch result {
        case .success(let offer):
            let pending = PendingSignIn(
                attempt: turn.makeUUID().description, by: beginning.initiator, offer: offer, at: turn.now.boottime)
            // The configuration may be another one by now.
            guard !isForbidden(pending) else { return giveUpBeginning(&turn) }
            signIns.beginning = nil
            record.pendingSignIn = pending
            signIns.nextStep = pending.firstStep(after: turn.now.boottime)
            turn.announce(
                .signInPending(
                    attempt: pending.attempt, pending.method, expiresInSeconds: offer.lifetime.wholeSeconds))
            turn.store(.required)
            for caller in beginning.callers { answer(caller, with: pending, &turn) }
        case .failure(let failure):
            // What passes holds up the next one by its pause; what was refused to other settings is held against nobody.
            let isRefused = failure.meaning == .rejected && isCurrent(id)
            if !isRefused { signIns.forgetBegun(by: beginning.initiator) }
            endBeginning(
                beginning, by: isRefused ? .nobody : nil,
                pauses.error(failure, of: errand, at: turn.now), &turn)
        }
    }

    // Whoever has joined while nobody knew what it would be may have wanted something else.
    private func answer(
        _ caller: SignInActivity.Beginning.Caller, with pending: PendingSignIn, _ turn: inout Turn
    ) {
        guard let wish = caller.joinedFor else { return turn.answer(caller.call, .signInRequest(joined: false)) }
        guard pending.fits(wish) else {
            return turn.refuseAnotherSignIn(caller.call, of: pending.initiator, to: caller.initiator)
        }
        turn.answer(caller.call, .signInRequest(joined: true))
    }

    /// Ends the beginning of a sign-in that could not be stored.
    mutating func endBeginning(_ id: UInt64, error: SessionError, _ turn: inout Turn) {
        guard let beginning = signIns.beginning, beginning.id == id else { return }
        endBeginning(beginning, by: .nobody, error, &turn)
    }

    // The authority has been asked, for nothing; nil: that is not held against anybody.
    private mutating func endBeginning(
        _ beginning: SignInActivity.Beginning, by ender: SignInActivity.Ender?, _ error: SessionError,
        _ turn: inout Turn
    ) {
        signIns.beginning = nil
        if let ender { noteUnsuccessful(of: beginning.initiator, endedBy: ender, &turn) }
        for caller in beginning.callers { turn.answer(caller.call, .failure(error)) }
    }

    mutating func endStep(_ step: SignInStep, _ result: SignInStepResult, _ turn: inout Turn) {
        if step.id > askedElsewhere { note(result, of: step, &turn) }
        guard signIns.step?.id == step.id, var pending = record.pendingSignIn, pending.attempt == step.attempt else {
            // It comes too late: nobody is signed in by it, and what was given is given back.
            if step.id > askedElsewhere, case .reply(let reply) = result, let issued = reply.progress.issued {
                revoke(issued, &turn)
            }
            return
        }
        (signIns.step, signIns.isUnstored) = (nil, false)
        switch result {
        case .reply(let reply):
            signIns.failures = 0
            pending.askedAt = step.askedAt
            proceed(pending, reply.progress, &turn)
        case .identity(let identity):
            guard case .granted(let issued) = pending.stage else { return }
            commit(pending, issued, identity, &turn)
        case .failure(let failure): endStep(pending, step, failure, &turn)
        }
    }

    private mutating func proceed(
        _ pending: PendingSignIn, _ progress: SignInReply.Progress, _ turn: inout Turn
    ) {
        var pending = pending
        switch progress {
        case .waiting(let slowDown):
            // Nobody has to agree to a browser's code any more: no provider has a reason to say so.
            guard case .device = pending.stage else {
                return endSignIn(.failed, because: .authorityRejected, &turn)
            }
            if slowDown {
                pending.interval += SignInActivity.slowDown
                record.pendingSignIn?.interval = pending.interval
                turn.store(.bestEffort)
            }
            signIns.nextStep = turn.now.boottime + pending.interval
        case .granted(let issued):
            // Stored before anything else is asked: a code is redeemed once.
            pending.stage = .granted(issued)
            signIns.nextStep = turn.now.boottime
            pending.expiresAt = turn.now.boottime + SignInActivity.longestIdentification
            record.pendingSignIn = pending
            turn.store(.bestEffort)
        case .denied:
            // Whoever sees a code can do that.
            endSignIn(.denied, by: pending.method == .device ? .reader : .nobody, &turn)
        case .expired: endSignIn(.expired, &turn)
        case .unusable(let issued, let failure):
            revoke(issued, &turn)
            endSignIn(.failed, because: failure.errorName, saying: failure.message, &turn)
        }
    }

    private mutating func endStep(
        _ pending: PendingSignIn, _ step: SignInStep, _ failure: AuthorityFailure, _ turn: inout Turn
    ) {
        // Who somebody is is asked for a while; and what was refused to other settings may be given to these.
        let mayComeRight = failure.meaning == .misconfigured && (step.kind.isIdentification || !isCurrent(step.id))
        guard failure.meaning == .unavailable || mayComeRight else {
            return endSignIn(.failed, because: failure.errorName, saying: failure.message, &turn)
        }
        if isCurrent(step.id) { signIns.failures += 1 }
        switch step.kind {
        case .redeem:
            // The app has the address still, and may hand it in again.
            if let completer = signIns.completer {
                signIns.completer = nil
                turn.answer(completer, .failure(pauses.error(failure, of: .redemption, at: turn.now)))
            }
        case .poll:
            // A time-out says that the authority is busy (RFC 8628 §3.5); nothing else makes polls rarer for good. Somebody
            // may have agreed all the same, so that it is asked once more before the code ends.
            if failure.status == nil {
                let longest = max(SignInActivity.longestPollPause, pending.interval)
                let pause = min(pending.interval * (1 << min(signIns.failures, 6)), longest)
                let last = max(pending.lastPoll - turn.now.boottime, pending.interval)
                signIns.nextStep = turn.now.boottime + min(pause, last)
            } else {
                signIns.nextStep = turn.now.boottime + pending.interval
            }
        case .identify:
            signIns.nextStep =
                turn.now.boottime + RefreshPolicy.urgentPause(failures: signIns.failures, chance: turn.chance())
        }
    }

    private mutating func note(_ result: SignInStepResult, of step: SignInStep, _ turn: inout Turn) {
        let call: AuthorityCall = step.kind.isIdentification ? .identification : .redemption
        switch result {
        case .reply(let reply):
            noteTime(reply.serverTime, &turn)
            note(call, asked: step.id, nil, &turn)
            guard case .unusable(_, let failure) = reply.progress else { return }
            note(.identification, asked: step.id, failure, &turn)
        case .identity(let identity):
            noteTime(identity.serverTime, &turn)
            note(call, asked: step.id, nil, &turn)
        case .failure(let failure):
            noteTime(failure.serverTime, &turn)
            // What is given for a code, and cannot be used, says nothing against the code.
            note(failure.subject == .answer ? .identification : call, asked: step.id, failure, &turn)
        }
    }

    /// Goes on where a step's outcome could not be stored: it is tried again.
    mutating func retry(_ step: SignInStep, _ turn: inout Turn) {
        guard signIns.step?.id == step.id else { return }
        (signIns.step, signIns.isUnstored) = (nil, true)
        signIns.nextStep = turn.now.boottime + SessionMachine.signInStorePause
    }

    private static let signInStorePause = Duration.seconds(10)

    private mutating func commit(
        _ pending: PendingSignIn, _ issued: IssuedToken, _ identity: CustomerIdentity, _ turn: inout Turn
    ) {
        var issued = issued
        issued.identity = nil
        (issued.clientID, issued.customID) = (identity.subject, identity.customID)
        commit(
            AuthenticatedCustomer(identity, of: traits.binding, in: snapshot), issued, .client, pending.askedAt, &turn)
        let completer = signIns.completer
        signIns.completer = nil
        endSignIn(.signedIn, &turn)
        if let completer { turn.answer(completer, .status) }
    }
}

// MARK: - What happens by itself

extension SessionMachine {
    /// Takes the next step of a pending sign-in, where one is due, and ends one that took too long.
    mutating func attendSignIn(_ turn: inout Turn) {
        guard let pending = record.pendingSignIn, signIns.step == nil else { return }
        let now = turn.now.boottime
        if signInEnd(of: pending) <= now {
            if case .granted = pending.stage {
                let reason: ErrorName = signIns.isUnstored ? .storeFailed : .authorityUnavailable
                return endSignIn(.failed, because: reason, &turn)
            }
            return endSignIn(.expired, &turn)
        }
        guard let due = nextSignInStep(of: pending), due <= now else { return }
        switch pending.stage {
        case .device(let code): start(.poll(code), of: pending, &turn)
        case .granted(let issued): start(.identify(issued), of: pending, &turn)
        case .browser: break
        }
    }

    /// When a pending sign-in has something to do next; `nil`: not by itself.
    var nextSignInInstant: Duration? {
        guard let pending = record.pendingSignIn, signIns.step == nil else { return nil }
        let end = signInEnd(of: pending)
        return nextSignInStep(of: pending).map { min($0, end) } ?? end
    }

    private func nextSignInStep(of pending: PendingSignIn) -> Duration? {
        if case .browser = pending.stage { return nil }
        return max(signIns.nextStep, pauses.quietUntil)
    }

    // Whoever walked away is not signed in for the next; but who has agreed is there.
    private func signInEnd(of pending: PendingSignIn) -> Duration {
        if case .granted = pending.stage { return pending.expiresAt }
        return min(pending.expiresAt, policy.kiosk.idleTimeout.map { pending.activeAt + $0 } ?? pending.expiresAt)
    }

    mutating func start(_ kind: SignInStep.Kind, of pending: PendingSignIn, _ turn: inout Turn) {
        let step = SignInStep(id: makeID(), attempt: pending.attempt, kind: kind, askedAt: turn.now.boottime)
        signIns.step = step
        turn.effects.append(.startSignInStep(step))
    }

    /// Ends a pending sign-in, and gives back what the authority has given in it, unless somebody is signed in by it.
    ///
    /// - Parameters:
    ///   - message: What there is to say of the reason.
    ///   - ender: Who has ended it.
    mutating func endSignIn(
        _ outcome: SignInOutcome, because reason: ErrorName? = nil, saying message: String? = nil,
        by ender: SignInActivity.Ender = .nobody, _ turn: inout Turn
    ) {
        guard let pending = record.pendingSignIn else { return }
        record.pendingSignIn = nil
        (signIns.step, signIns.failures, signIns.isUnstored) = (nil, 0, false)
        if outcome == .signedIn {
            signIns.success = SignInActivity.Success(attempt: pending.attempt, generation: record.generation)
            signIns.forgetBegun(by: pending.initiator)
        } else {
            noteUnsuccessful(of: pending.initiator, endedBy: ender, &turn)
            if case .granted(let issued) = pending.stage { revoke(issued, &turn) }
        }
        if let completer = signIns.completer {
            signIns.completer = nil
            let name: ErrorName =
                switch outcome {
                case .denied: .authorityRejected
                case .failed: reason ?? .authorityRejected
                default: .superseded
                }
            turn.refuse(completer, name, "the sign-in has ended: \(message ?? outcome.rawValue)")
        }
        turn.announce(.signInEnded(attempt: pending.attempt, outcome, because: reason, saying: message))
        turn.store(.bestEffort)
    }

    // Where somebody has signed in otherwise meanwhile, nobody has begun one in vain.
    private mutating func noteUnsuccessful(
        of initiator: Initiator, endedBy ender: SignInActivity.Ender, _ turn: inout Turn
    ) {
        guard record.client == nil, let blamed = ender.blamed(for: initiator) else { return }
        signIns.noteUnsuccessful(by: blamed, at: turn.now.boottime)
    }

    /// Ends whatever sign-in there is, since something else has taken its place.
    mutating func supersedeSignIn(by ender: SignInActivity.Ender = .nobody, _ turn: inout Turn) {
        giveUpBeginning(by: ender, &turn)
        endSignIn(.superseded, by: ender, &turn)
    }

    mutating func giveUpBeginning(by ender: SignInActivity.Ender = .nobody, _ turn: inout Turn) {
        guard let beginning = signIns.beginning else { return }
        endBeginning(
            beginning, by: ender, SessionError(.superseded, "the sign-in was given up before it had begun"), &turn)
    }

    /// Ends a sign-in in a browser that the configuration no longer allows.
    mutating func endForbiddenSignIn(_ turn: inout Turn) {
        if let pending = record.pendingSignIn, isForbidden(pending) { supersedeSignIn(&turn) }
    }

    private func isForbidden(_ pending: PendingSignIn) -> Bool {
        pending.redirectURI.map { traits.signInRequests?.allows($0) != true } ?? false
    }
}

extension SignInStep.Kind {
    fileprivate var isIdentification: Bool {
        if case .identify = self { true } else { false }
    }
}
