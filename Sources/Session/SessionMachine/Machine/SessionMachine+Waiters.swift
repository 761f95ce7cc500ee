// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

/// Somebody who waits for a token.
struct Waiter: Sendable, Equatable {
    enum Want: Sendable, Equatable {
        case token(RetrieveToken)
        case refresh
        case profile
    }

    var call: CallID
    var want: Want
    /// The slot that was effective when they asked.
    var slot: Slot
    /// The flight that they wait for.
    var flight: UInt64?
}

extension SessionMachine {
    private enum Judgement {
        case answer(SessionAnswer)
        case wait(for: Slot)

        static func refuse(_ error: SessionError) -> Judgement { .answer(.failure(error)) }
    }

    mutating func wait(_ id: CallID, _ want: Waiter.Want, _ now: Moment) {
        waiters.append(Waiter(call: id, want: want, slot: snapshot.effectiveSlot(at: now)))
    }

    /// Judges everybody who waits anew; who still has to wait shares one flight per slot.
    mutating func settleWaiters(_ turn: inout Turn) {
        // Whose flight is still the one that everybody needs waits on. There may be thousands of them: to judge all with
        // each that comes would take a time that grows with the square of their number.
        let current = activities[snapshot.effectiveSlot(at: turn.now)]?.flight?.id
        guard let first = waiters.firstIndex(where: { $0.flight == nil || $0.flight != current }) else { return }
        let judged = waiters[first...]
        waiters.removeSubrange(first...)
        for waiter in judged { settle(waiter, &turn) }
    }

    private mutating func settle(_ waiter: Waiter, _ turn: inout Turn) {
        switch judge(waiter, turn.now) {
        case .answer(.token(let answer)) where waiter.want == .profile: fetchProfile(waiter.call, answer, &turn)
        case .answer(let answer): turn.answer(waiter.call, answer)
        case .wait(let slot):
            if activities[slot]?.flight == nil { startFlight(slot, &turn) }
            var waiter = waiter
            waiter.flight = activities[slot]?.flight?.id
            waiters.append(waiter)
        }
    }

    private func judge(_ waiter: Waiter, _ now: Moment) -> Judgement {
        switch waiter.want {
        case .token(let request): judgeRead(request, now)
        case .refresh: judgeRefresh(waiter, now)
        case .profile: judgeRead(RetrieveToken(requireSignedIn: true), now)
        }
    }

    private func judgeRead(_ request: RetrieveToken, _ now: Moment) -> Judgement {
        let snapshot = snapshot
        switch snapshot.immediateAnswer(to: request, at: now) {
        case .success(let answer): return .answer(.token(answer))
        case .failure(let error): return .refuse(error)
        case nil: break
        }
        let slot = snapshot.effectiveSlot(at: now)
        let activity = activities[slot, default: SlotActivity()]
        let isHelpless = activity.flight == nil && neededFlight(slot, now) == nil
        guard let token = snapshot.effectiveToken(at: now) else {
            if isHelpless { return .refuse(snapshot.nobodyIsSignedIn(at: now)) }
            if mayWait(for: slot, now) { return .wait(for: slot) }
            // Their grant holds: what is missing is the authority's word alone.
            let isGranted = record[slot]?.issued.renewal.grant != nil
            return .refuse(isGranted ? authorityUnavailable(slot, now) : tokenUnavailable(slot, now))
        }
        if isHelpless { return .refuse(minimumValidityImpossible(token, lives: token.remaining(at: now))) }
        if activity.obtainedRecently(at: now) {
            return .refuse(minimumValidityImpossible(token, lives: token.issued.lifetime))
        }
        if mayWait(for: slot, now) { return .wait(for: slot) }
        return request.allowStale
            ? .answer(.token(snapshot.answer(token, at: now))) : .refuse(authorityUnavailable(slot, now))
    }

    private func judgeRefresh(_ waiter: Waiter, _ now: Moment) -> Judgement {
        if waiter.slot == .client, record.client == nil, let reason = record.endedBecause {
            let message = "the customer's session is over: \(reason.rawValue)"
            return .refuse(SessionError(.sessionExpired, message, hint: "the customer must sign in again"))
        }
        let snapshot = snapshot
        let slot = snapshot.effectiveSlot(at: now)
        let activity = activities[slot, default: SlotActivity()]
        // Also what took the place of a refresh that was rejected: it would go on for ever otherwise.
        let isAnswered = waiter.flight != nil && waiter.flight == activity.obtainedBy
        if let token = snapshot.effectiveToken(at: now), isAnswered || activity.refreshedRecently(at: now) {
            return .answer(.facts(snapshot.answer(token, at: now).facts))
        }
        if activity.flight != nil { return .wait(for: slot) }
        guard isRenewable(slot, now) else {
            // Somebody has tried to get one, and that is why there is none.
            if neededFlight(slot, now) == .login, pauses.cause(.token(slot), at: now) != nil {
                return .refuse(tokenUnavailable(slot, now))
            }
            let hint = traits.hasAnonymousTokens ? "session.retrieveToken gets one" : SessionSnapshot.signInHint
            return .refuse(SessionError(.tokenUnavailable, "there is no token to refresh", hint: hint))
        }
        return mayAsk(slot, now) ? .wait(for: slot) : .refuse(authorityUnavailable(slot, now))
    }

    // A token of the device's own is got anew, as it was got first.
    private func isRenewable(_ slot: Slot, _ now: Moment) -> Bool {
        switch neededFlight(slot, now) {
        case .refresh: true
        case .login: record[slot].map { $0.issued.renewal == .none && !$0.isExpired(at: now) } ?? false
        case nil: false
        }
    }

    private func mayWait(for slot: Slot, _ now: Moment) -> Bool {
        activities[slot]?.flight != nil || mayAsk(slot, now)
    }

    private func minimumValidityImpossible(_ token: Token, lives: Duration) -> SessionError {
        let seconds = lives.wholeSeconds
        // So much has any token of it that was just obtained, and one with less left is replaced.
        let most = (lives - SlotActivity.recently).wholeSeconds
        let subject = token.issued.renewal == .none ? "the token, which cannot be renewed," : "a new token"
        return SessionError(
            .minimumValidityImpossible, "\(subject) lives \(seconds) s only",
            hint: most > 0 && token.issued.renewal != .none ? "ask for \(most) s at most" : nil,
            details: [JSONMember("maximumSeconds", .number(JSONNumber(seconds)))])
    }

    // Why nothing is asked where nothing has failed.
    private static let tooManyLogins = "too many anonymous logins"

    private func authorityUnavailable(_ slot: Slot, _ now: Moment) -> SessionError {
        let failure = pauses.cause(.token(slot), at: now)
        return SessionError(
            .authorityUnavailable,
            "the authority could not be asked for a new token: \(failure?.message ?? SessionMachine.tooManyLogins)",
            retryAfterSeconds: retryAfterSeconds(slot, now), hint: failure?.hint)
    }

    private func tokenUnavailable(_ slot: Slot, _ now: Moment) -> SessionError {
        let failure = pauses.cause(.token(slot), at: now)
        return SessionError(
            .tokenUnavailable, "there is no token: \(failure?.message ?? SessionMachine.tooManyLogins)",
            retryAfterSeconds: retryAfterSeconds(slot, now), hint: failure?.hint,
            details: [JSONMember("cause", .string(failure?.name ?? ErrorName.limitExceeded.rawValue))])
    }
}
