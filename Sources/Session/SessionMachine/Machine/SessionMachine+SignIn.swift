// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

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
