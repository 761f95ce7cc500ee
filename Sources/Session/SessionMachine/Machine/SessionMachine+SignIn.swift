// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

extension SessionMachine {
    mutating func beginSignIn(
        _ id: CallID, _ request: BeginSignIn, by initiator: Initiator, _ turn: inout Turn
    ) {
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
        let there = record.pendingSignIn?.initiator ?? signIns.beginning?.initiator
        if let there {
            guard request.replace else { return joinSignIn(id, wish, by: initiator, &turn) }
            guard initiator.mayReplace(what: there) else {
                return turn.refuseAnotherSignIn(id, of: there, to: initiator)
            }
        }
        if let refusal = refusalToBegin(wish, by: initiator, replacing: there != nil, at: turn.now) {
            return turn.answer(id, .failure(refusal))
        }
        // Only now: one that cannot be replaced goes on.
        supersedeSignIn(by: .replacement(initiator), &turn)
        signIns.noteBegun(by: initiator, at: turn.now.boottime)
        let beginning = SignInActivity.Beginning(
            id: makeID(), wish: wish, initiator: initiator,
            callers: [SignInActivity.Beginning.Caller(call: id, initiator: initiator)])
        signIns.beginning = beginning
        turn.effects.append(.beginSignIn(beginning.id, wish))
    }

    private mutating func joinSignIn(
        _ id: CallID, _ wish: SignInWish, by initiator: Initiator, _ turn: inout Turn
    ) {
        if let pending = record.pendingSignIn {
            guard pending.fits(wish) else {
                return turn.refuseAnotherSignIn(id, of: pending.initiator, to: initiator)
            }
            turn.answer(id, .signInRequest(joined: true))
        } else if let beginning = signIns.beginning {
            guard beginning.wish.mayServe(wish) else {
                return turn.refuseAnotherSignIn(id, of: beginning.initiator, to: initiator)
            }
            let caller = SignInActivity.Beginning.Caller(call: id, initiator: initiator, joinedFor: wish)
            if isCurrent(beginning.id) {
                signIns.beginning?.callers.append(caller)
            } else {
                beginAnew(beginning, with: caller, &turn)
            }
        }
    }

    // It was asked for with the settings before a reload: what comes of that says nothing to who wants it with these, and
    // what comes of these is for all who wait.
    private mutating func beginAnew(
        _ beginning: SignInActivity.Beginning, with caller: SignInActivity.Beginning.Caller, _ turn: inout Turn
    ) {
        if let refusal = refusalToBegin(beginning.wish, by: caller.initiator, replacing: false, at: turn.now) {
            return turn.answer(caller.call, .failure(refusal))
        }
        signIns.noteBegun(by: caller.initiator, at: turn.now.boottime)
        var anew = beginning
        anew.id = makeID()
        anew.callers.append(caller)
        signIns.beginning = anew
        turn.effects.append(.beginSignIn(anew.id, anew.wish))
    }

    private func refusalToBegin(
        _ wish: SignInWish, by initiator: Initiator, replacing: Bool, at now: Moment
    ) -> SessionError? {
        if let from = signIns.allowedFrom(now.boottime, by: initiator, replacing: replacing) {
            return SessionError(
                .limitExceeded, "too many sign-ins were begun and came to nothing",
                retryAfterSeconds: Int((from - now.boottime).secondsRoundedUp))
        }
        return pauses.refusal(of: wish.errand, at: now)
    }

    mutating func completeSignIn(_ id: CallID, _ request: CompleteSignIn, _ turn: inout Turn) {
        guard let pending = record.pendingSignIn, pending.attempt == request.attempt else {
            return refuseCompletion(id, of: request.attempt, &turn)
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
            if let refusal = pauses.refusal(of: .redemption, at: turn.now) {
                return turn.answer(id, .failure(refusal))
            }
            signIns.completer = id
            start(.redeem(code, browser), of: pending, &turn)
        }
    }

    private func refuseCompletion(_ id: CallID, of attempt: String, _ turn: inout Turn) {
        if signIns.success == SignInActivity.Success(attempt: attempt, generation: record.generation) {
            return turn.refuse(
                id, .alreadySignedIn, "that sign-in is done: its customer is signed in",
                hint: "session.status says as whom")
        }
        let hint =
            record.client == nil
            ? "session.beginSignIn begins another one" : "somebody is signed in: see session.status"
        turn.refuse(id, .superseded, "that sign-in is over", hint: hint)
    }

    mutating func cancelSignIn(
        _ id: CallID, _ request: CancelSignIn, by initiator: Initiator, _ turn: inout Turn
    ) {
        let there = record.pendingSignIn?.initiator ?? signIns.beginning?.initiator
        let isMeant = request.attempt == nil || request.attempt == record.pendingSignIn?.attempt
        let isGivenUp = isMeant && there.map(initiator.mayGiveUp) ?? false
        turn.answer(id, .cancelledSignIn(isGivenUp))
        guard isGivenUp else { return }
        giveUpBeginning(by: .caller(initiator), &turn)
        endSignIn(.cancelled, by: .caller(initiator), &turn)
    }

    /// Whoever waits for a sign-in waits no longer: the sign-in goes on.
    mutating func abandonSignIn(_ id: CallID) {
        signIns.beginning?.callers.removeAll { $0.call == id }
        if signIns.completer == id { signIns.completer = nil }
    }
}

extension PendingSignIn {
    /// Whether whoever wants this is served by it.
    func fits(_ wish: SignInWish) -> Bool {
        if let method = wish.method, method != self.method { return false }
        // Once the browser is back, nobody needs the place that it came back to.
        guard let uri = wish.redirectURI else { return true }
        return redirectURI.map { $0.utf8.elementsEqual(uri.utf8) } ?? false
    }
}

extension Turn {
    /// Refuses to begin a sign-in beside another one.
    mutating func refuseAnotherSignIn(
        _ id: CallID, of other: Initiator, to initiator: Initiator
    ) {
        guard initiator.mayReplace(what: other) else {
            return refuse(id, .busy, "an app's sign-in is pending", hint: "wait until it has ended")
        }
        guard initiator.mayGiveUp(what: other) else {
            return refuse(id, .busy, "another page's sign-in is pending", hint: "wait, or begin with replace")
        }
        // Pages that name neither are meant to use a code.
        let join = initiator.origin == nil ? "neither method nor redirectURI" : "the same method and redirectURI"
        refuse(
            id, .busy, "another sign-in is pending, in another way",
            hint: "join it by naming \(join), cancel it, or begin with replace")
    }
}
