// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondPrimitives

/// A question to the authority that a pending sign-in waits for. It is never taken back: its answer may be a grant.
package struct SignInStep: Sendable, Equatable {
    /// What is asked.
    package enum Kind: Sendable, Equatable {
        /// What has become of a code.
        case poll(DeviceCode)
        /// What a browser's code is good for.
        case redeem(Secret, BrowserRequest)
        /// Who tokens are for.
        case identify(IssuedToken)
    }

    /// Names the question.
    package var id: UInt64
    /// The sign-in that it is for.
    package var attempt: String
    /// What is asked.
    package var kind: Kind
    /// When, on CLOCK_BOOTTIME: what the lives of the tokens are counted from that it brings.
    package var askedAt: Duration
}

/// What came of such a question.
package enum SignInStepResult: Sendable, Equatable {
    /// Of a poll, or of redeeming a code.
    case reply(SignInReply)
    /// Of asking who somebody is.
    case identity(CustomerIdentity)
    /// Nothing that could be used.
    case failure(AuthorityFailure)
}

/// What a pending sign-in has under way; nothing of it is stored.
struct SignInActivity: Sendable, Equatable {
    /// A sign-in that the authority is asked to begin.
    struct Beginning: Sendable, Equatable {
        var id: UInt64
        var wish: SignInWish
        /// Whoever waits for it; all but the first have joined.
        var callers: [CallID]
    }

    var beginning: Beginning?
    /// The question that is under way.
    var step: SignInStep?
    /// When the next one is due, where the stage has one.
    var nextStep = Duration.zero
    /// Who waits for a browser's sign-in to be completed.
    var completer: CallID?
    /// Steps that failed in a row.
    var failures = 0
    /// When sign-ins ended otherwise than by signing in.
    var unsuccessful: [Duration] = []

    /// How many of those there may be within a time: a screen that begins anew for ever must not use up what the authority
    /// allows the whole shop.
    static let limits: [(count: Int, within: Duration)] = [(5, .seconds(60)), (20, .seconds(3_600))]
    /// For so long it is tried to find out who tokens are for, and to store it.
    static let longestIdentification = Duration.seconds(600)
    /// How much longer the pause between polls becomes when the authority says so (RFC 8628 §3.5).
    static let slowDown = Duration.seconds(5)
    /// The longest pause that polls come to which find nobody.
    static let longestPollPause = Duration.seconds(60)

    /// From when on another may begin; `nil`: at once.
    func allowedFrom(_ now: Duration) -> Duration? {
        SignInActivity.limits.compactMap { limit in
            let recent = unsuccessful.filter { $0 > now - limit.within }
            return recent.count < limit.count ? nil : recent[recent.count - limit.count] + limit.within
        }.max()
    }

    mutating func noteUnsuccessful(at now: Duration) {
        let longest = SignInActivity.limits.map(\.within).max() ?? .zero
        unsuccessful = unsuccessful.filter { $0 > now - longest } + [now]
    }
}

// MARK: - Calls

extension SessionMachine {
    mutating func beginSignIn(_ id: CallID, _ request: BeginSignIn, _ turn: inout Turn) {
        guard let traits = traits.signInRequests else {
            return turn.refuse(
                id, .unsupported, "nobody signs in at the \(self.traits.kind) authority itself",
                hint: "session.signIn takes the customer's password")
        }
        guard record.client == nil else {
            return turn.refuse(
                id, .alreadySignedIn, "somebody is signed in already", hint: "sign the customer out first")
        }
        if let uri = request.redirectURI, let fault = traits.fault(of: uri, with: request.signInMethod) {
            return turn.answer(id, .failure(.invalidParameter("redirectURI", fault)))
        }
        let wish = SignInWish(method: request.signInMethod, redirectURI: request.redirectURI)
        if request.replace { supersedeSignIn(&turn) }
        if let pending = record.pendingSignIn {
            guard pending.fits(wish) else { return turn.refuseAnotherSignIn(id) }
            return turn.answer(id, .signInRequest(joined: true))
        }
        if let beginning = signIns.beginning {
            guard wish == SignInWish() || beginning.wish == wish else { return turn.refuseAnotherSignIn(id) }
            signIns.beginning?.callers.append(id)
            return
        }
        if let from = signIns.allowedFrom(turn.now.boottime) {
            let error = SessionError(
                .limitExceeded, "too many sign-ins were begun and not ended",
                retryAfterSeconds: Int((from - turn.now.boottime).secondsRoundedUp))
            return turn.answer(id, .failure(error))
        }
        if let refusal = pauses.refusal(of: .authentication, at: turn.now) {
            return turn.answer(id, .failure(refusal))
        }
        let beginning = SignInActivity.Beginning(id: makeID(), wish: wish, callers: [id])
        signIns.beginning = beginning
        turn.effects.append(.beginSignIn(beginning.id, wish))
    }

    mutating func completeSignIn(_ id: CallID, _ request: CompleteSignIn, _ turn: inout Turn) {
        guard let pending = record.pendingSignIn, pending.attempt == request.attempt else {
            return turn.refuse(
                id, .superseded, "that sign-in is over", hint: "session.beginSignIn begins another one")
        }
        guard pending.method == .browser else {
            let error = SessionError.invalidParameter("attempt", "must be of a sign-in in a browser")
            return turn.answer(id, .failure(error))
        }
        guard case .browser(let browser) = pending.stage, signIns.step == nil, signIns.completer == nil else {
            return turn.refuse(id, .busy, "that sign-in is being completed already")
        }
        switch AuthorizationAnswer(request.callbackURL, to: browser) {
        case .unusable(let reason): turn.answer(id, .failure(.invalidParameter("callbackURL", reason)))
        case .denied:
            turn.refuse(id, .authorityRejected, "the customer, or the authority, denied the sign-in")
            endSignIn(.denied, &turn)
        case .failed:
            turn.refuse(id, .authorityRejected, "the authority refused the sign-in")
            endSignIn(.failed, because: .authorityRejected, &turn)
        case .code(let code):
            if let refusal = pauses.refusal(of: .authentication, at: turn.now) {
                return turn.answer(id, .failure(refusal))
            }
            signIns.completer = id
            start(.redeem(code, browser), of: pending, &turn)
        }
    }

    mutating func cancelSignIn(_ id: CallID, _ request: CancelSignIn, _ turn: inout Turn) {
        let isMeant = request.attempt == nil || request.attempt == record.pendingSignIn?.attempt
        let isThere = record.pendingSignIn != nil || (request.attempt == nil && signIns.beginning != nil)
        turn.answer(id, .cancelledSignIn(isMeant && isThere))
        guard isMeant, isThere else { return }
        giveUpBeginning(&turn)
        endSignIn(.cancelled, &turn)
    }

    /// Whoever waits for a sign-in waits no longer: the sign-in goes on.
    mutating func abandonSignIn(_ id: CallID) {
        signIns.beginning?.callers.removeAll { $0 == id }
        if signIns.completer == id { signIns.completer = nil }
    }
}

// MARK: - Results

extension SessionMachine {
    mutating func endBeginning(
        _ id: UInt64, _ result: Result<SignInOffer, AuthorityFailure>, _ turn: inout Turn
    ) {
        noteTime((try? result.get())?.serverTime ?? result.failure?.serverTime, &turn)
        noteOutcome(of: .authentication, result.failure, &turn)
        noteAuthority(result.failure, &turn)
        // One that was given up meanwhile: its code is shown to nobody, and runs out by itself.
        guard let beginning = signIns.beginning, beginning.id == id else { return }
        signIns.beginning = nil
        switch result {
        case .success(let offer):
            let pending = PendingSignIn(
                attempt: turn.makeUUID().description, offer: offer, at: turn.now.boottime)
            record.pendingSignIn = pending
            signIns.nextStep = turn.now.boottime + pending.pause
            turn.announce(
                .signInPending(
                    attempt: pending.attempt, pending.method, expiresInSeconds: offer.lifetime.wholeSeconds))
            turn.store(.required)
            for (place, caller) in beginning.callers.enumerated() {
                turn.answer(caller, .signInRequest(joined: place > 0))
            }
        case .failure(let failure):
            let error = pauses.error(failure, of: .authentication, at: turn.now)
            for caller in beginning.callers { turn.answer(caller, .failure(error)) }
        }
    }

    /// Ends the beginning of a sign-in that could not be stored.
    mutating func endBeginning(_ id: UInt64, error: SessionError, _ turn: inout Turn) {
        guard let beginning = signIns.beginning, beginning.id == id else { return }
        signIns.beginning = nil
        for caller in beginning.callers { turn.answer(caller, .failure(error)) }
    }

    mutating func endStep(_ step: SignInStep, _ result: SignInStepResult, _ turn: inout Turn) {
        note(result, &turn)
        guard signIns.step?.id == step.id, var pending = record.pendingSignIn, pending.attempt == step.attempt else {
            // It comes too late: nobody is signed in by it, and what was given is given back.
            if case .reply(let reply) = result, case .granted(let issued) = reply.progress {
                revoke(issued, &turn)
            }
            return
        }
        signIns.step = nil
        switch result {
        case .reply(let reply):
            signIns.failures = 0
            pending.askedAt = step.askedAt
            endStep(pending, reply.progress, &turn)
        case .identity(let identity):
            guard case .granted(let issued) = pending.stage else { return }
            commit(pending, issued, identity, &turn)
        case .failure(let failure): endStep(pending, step.kind, failure, &turn)
        }
    }

    private mutating func endStep(
        _ pending: PendingSignIn, _ progress: SignInReply.Progress, _ turn: inout Turn
    ) {
        var pending = pending
        switch progress {
        case .waiting(let slowDown):
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
        case .denied: endSignIn(.denied, &turn)
        case .expired: endSignIn(.expired, &turn)
        }
    }

    private mutating func endStep(
        _ pending: PendingSignIn, _ kind: SignInStep.Kind, _ failure: AuthorityFailure, _ turn: inout Turn
    ) {
        guard failure.meaning == .unavailable || (failure.meaning == .misconfigured && kind.isIdentification) else {
            return endSignIn(.failed, because: failure.errorName, &turn)
        }
        signIns.failures += 1
        switch kind {
        case .redeem:
            // The app has the address still, and may hand it in again.
            if let completer = signIns.completer {
                signIns.completer = nil
                turn.answer(completer, .failure(pauses.error(failure, of: .authentication, at: turn.now)))
            }
        case .poll:
            // A time-out says that the authority is busy (RFC 8628 §3.5); nothing else makes polls rarer for good.
            if failure.status == nil {
                let longest = max(SignInActivity.longestPollPause, pending.interval)
                let pause = min(pending.interval * (1 << min(signIns.failures, 6)), longest)
                signIns.nextStep = turn.now.boottime + pause
            } else {
                signIns.nextStep = turn.now.boottime + pending.interval
            }
        case .identify:
            signIns.nextStep =
                turn.now.boottime + RefreshPolicy.urgentPause(failures: signIns.failures, chance: turn.chance())
        }
    }

    private mutating func note(_ result: SignInStepResult, _ turn: inout Turn) {
        switch result {
        case .reply(let reply): noteTime(reply.serverTime, &turn)
        case .identity(let identity): noteTime(identity.serverTime, &turn)
        case .failure(let failure):
            noteTime(failure.serverTime, &turn)
            heed(failure, &turn)
            noteAuthority(failure, &turn)
            return
        }
        noteAuthority(nil, &turn)
    }

    /// Goes on where a step's outcome could not be stored: it is tried again.
    mutating func retry(_ step: SignInStep, _ turn: inout Turn) {
        guard signIns.step?.id == step.id else { return }
        signIns.step = nil
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
        if let end = signInEnd(of: pending), end <= now {
            if case .granted = pending.stage { return endSignIn(.failed, because: .authorityUnavailable, &turn) }
            return endSignIn(.expired, &turn)
        }
        guard let due = nextSignInStep, due <= now else { return }
        switch pending.stage {
        case .device(let code): start(.poll(code), of: pending, &turn)
        case .granted(let issued): start(.identify(issued), of: pending, &turn)
        case .browser: break
        }
    }

    /// When a pending sign-in has something to do next; `nil`: not by itself.
    var nextSignInInstant: Duration? {
        guard let pending = record.pendingSignIn, signIns.step == nil else { return nil }
        return [nextSignInStep, signInEnd(of: pending)].compactMap { $0 }.min()
    }

    private var nextSignInStep: Duration? {
        guard let pending = record.pendingSignIn, signIns.step == nil else { return nil }
        if case .browser = pending.stage { return nil }
        return max(signIns.nextStep, pauses.quietUntil)
    }

    // Whoever walked away is not signed in for the next; but who has agreed is there.
    private func signInEnd(of pending: PendingSignIn) -> Duration? {
        if case .granted = pending.stage { return pending.expiresAt }
        return min(pending.expiresAt, policy.kiosk.idleTimeout.map { pending.activeAt + $0 } ?? pending.expiresAt)
    }

    private mutating func start(_ kind: SignInStep.Kind, of pending: PendingSignIn, _ turn: inout Turn) {
        let step = SignInStep(id: makeID(), attempt: pending.attempt, kind: kind, askedAt: turn.now.boottime)
        signIns.step = step
        turn.effects.append(.startSignInStep(step))
    }

    /// Ends a pending sign-in, and gives back what the authority has given in it, unless somebody is signed in by it.
    mutating func endSignIn(_ outcome: SignInOutcome, because reason: ErrorName? = nil, _ turn: inout Turn) {
        guard let pending = record.pendingSignIn else { return }
        record.pendingSignIn = nil
        (signIns.step, signIns.failures) = (nil, 0)
        if outcome != .signedIn {
            signIns.noteUnsuccessful(at: turn.now.boottime)
            if case .granted(let issued) = pending.stage { revoke(issued, &turn) }
        }
        if let completer = signIns.completer {
            signIns.completer = nil
            let name: ErrorName = outcome == .failed || outcome == .denied ? .authorityRejected : .superseded
            turn.refuse(completer, name, "the sign-in has ended: \(outcome.rawValue)")
        }
        turn.announce(.signInEnded(attempt: pending.attempt, outcome, because: reason))
        turn.store(.bestEffort)
    }

    /// Ends whatever sign-in there is, since something else has taken its place.
    mutating func supersedeSignIn(_ turn: inout Turn) {
        giveUpBeginning(&turn)
        endSignIn(.superseded, &turn)
    }

    private mutating func giveUpBeginning(_ turn: inout Turn) {
        guard let beginning = signIns.beginning else { return }
        signIns.beginning = nil
        for caller in beginning.callers {
            turn.refuse(caller, .superseded, "the sign-in was given up before it had begun")
        }
    }

    /// Ends a sign-in in a browser that the configuration no longer allows.
    mutating func endForbiddenSignIn(_ turn: inout Turn) {
        guard let pending = record.pendingSignIn, let uri = pending.redirectURI else { return }
        if traits.signInRequests?.redirectURIs.contains(uri) != true { supersedeSignIn(&turn) }
    }
}

extension SignInStep.Kind {
    fileprivate var isIdentification: Bool {
        if case .identify = self { true } else { false }
    }
}

extension PendingSignIn {
    /// Whether whoever wants this is served by it.
    fileprivate func fits(_ wish: SignInWish) -> Bool {
        if let method = wish.method, method != self.method { return false }
        // Once the browser is back, nobody needs the place that it came back to.
        guard let uri = wish.redirectURI else { return true }
        return redirectURI.map { $0.utf8.elementsEqual(uri.utf8) } ?? false
    }
}

extension Turn {
    fileprivate mutating func refuseAnotherSignIn(_ id: CallID) {
        refuse(
            id, .busy, "another sign-in is pending, in another way",
            hint: "join it by naming neither method nor redirectURI, cancel it, or begin with replace")
    }
}
