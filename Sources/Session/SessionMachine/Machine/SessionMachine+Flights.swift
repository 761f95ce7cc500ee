// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

extension SessionMachine {
    /// Does what is due: ends what is over, answers who waited, keeps the effective token alive.
    mutating func attend(_ turn: inout Turn) {
        applyKioskPolicy(&turn)
        endWhatHasExpired(&turn)
        settleWaiters(&turn)
        deliverNext(&turn)
        attendSignIn(&turn)
        attendPreparation(&turn)
        let slot = snapshot.effectiveSlot(at: turn.now)
        guard activities[slot]?.flight == nil, let due = backgroundAttempt(slot, turn.now), due <= turn.now.boottime
        else { return }
        startFlight(slot, &turn)
    }

    /// When something is due next, on CLOCK_BOOTTIME; `nil`: nothing is until an answer comes.
    package func nextWakeup(after now: Moment) -> Duration? {
        let slot = snapshot.effectiveSlot(at: now)
        let ends = Slot.allCases.flatMap { [record[$0]?.expiresBoottime, record[$0]?.endsBoottime] }
        var instants = ends.compactMap { $0 }.filter { $0 > now.boottime }
        if activities[slot]?.flight == nil, let attempt = backgroundAttempt(slot, now) { instants.append(attempt) }
        instants += [nextDelivery, nextSignInInstant, nextPreparation].compactMap { $0 }
        instants += policyInstants(after: now)
        return instants.min()
    }

    mutating func startFlight(_ slot: Slot, _ turn: inout Turn) {
        guard let kind = neededFlight(slot, turn.now) else { return }
        let flight = Flight(id: makeID(), slot: slot, kind: kind, startedAt: turn.now.boottime)
        activities[slot, default: SlotActivity()].flight = flight
        if kind == .login, let limit = traits.anonymousLoginsPerMinute {
            loginTimes = loginTimes.suffix(limit - 1) + [turn.now.boottime]
        }
        if interruptedRefresh == slot { interruptedRefresh = nil }
        if case .refresh = kind, traits.mayReplaceUnheard {
            // Noted before it is sent: a crash must not hide that the token may have been replaced.
            record.refreshing = slot
            turn.store(.bestEffort)
        }
        turn.effects.append(.startFlight(flight))
    }

    mutating func endFlight(_ id: UInt64, _ result: Result<IssuedToken, AuthorityFailure>, _ turn: inout Turn) {
        // A flight that its slot has forgotten was another customer's: neither its token nor its rejection counts.
        guard let flight = activities.values.compactMap(\.flight).first(where: { $0.id == id }) else {
            if id > askedElsewhere, case .success(let issued) = result { revoke(issued, &turn) }
            return
        }
        activities[flight.slot]?.flight = nil
        if record.refreshing == flight.slot {
            record.refreshing = nil
            turn.store(.bestEffort)
        }
        noteTime(result.serverTime, &turn)
        note(flight.kind == .login ? .login : .refresh, asked: flight.id, result.failure, &turn)
        switch result {
        case .success(let issued) where issued.isOfAnotherAccount:
            revoke(issued, &turn)
            _ = queueSignOut(fromAllDevices: false, &turn)
            endSession(of: flight.slot, .securityException, &turn)
        case .success(let issued):
            record[flight.slot] = Token(issued, uuid: record.uuid, askedAt: flight.startedAt)
            activities[flight.slot]?.succeeded(flight, at: turn.now)
            pauses.succeeded(.token(flight.slot))
            turn.store(.bestEffort)
            if flight.slot == snapshot.effectiveSlot(at: turn.now) { turn.announce(.tokenRefreshed) }
        case .failure(let failure): failFlight(flight, failure, &turn)
        }
    }

    private mutating func failFlight(_ flight: Flight, _ failure: AuthorityFailure, _ turn: inout Turn) {
        guard isRejection(failure, of: flight, &turn), case .refresh(let token) = flight.kind else {
            return backOff(flight, failure, &turn)
        }
        if flight.slot == .anonymous, token.issued.origin != .simpleAuth {
            // Nobody loses anything by it: another anonymous token is asked for, once.
            replace(.anonymous, with: nil)
            turn.store(.bestEffort)
            if mayAsk(.anonymous, turn.now) { startFlight(.anonymous, &turn) }
        } else {
            let hasExpired = record[flight.slot]?.isExpired(at: turn.now) ?? false
            endSession(of: flight.slot, hasExpired ? .sessionExpired : .clientRejected, &turn)
        }
    }

    // What may have been a no counts as one when it is said for long enough: else a dead grant would be asked for for ever.
    private mutating func isRejection(
        _ failure: AuthorityFailure, of flight: Flight, _ turn: inout Turn
    ) -> Bool {
        // It may have been asked in the wrong place: a grant that is over is refused in the right one, too.
        guard isCurrent(flight.id) else { return false }
        guard failure.mayBeRejection else { return failure.meaning == .rejected }
        var doubt = record[flight.slot]?.doubt ?? Doubt(at: turn.now.boottime)
        doubt.deepen(at: turn.now.boottime)
        record[flight.slot]?.doubt = doubt
        turn.store(.bestEffort)
        return doubt.isConvincing
    }

    private mutating func backOff(_ flight: Flight, _ failure: AuthorityFailure, _ turn: inout Turn) {
        // With the settings that count now it is asked anew, by whoever waits or as it was due.
        guard isCurrent(flight.id) || isReloadedInALoop(at: turn.now) else { return }
        let isCutOff = activities[flight.slot]?.cutOffFlight == flight.id && failure.meaning == .unavailable
        activities[flight.slot, default: SlotActivity()].lastFailed = true
        activities[flight.slot]?.cutOffFlight = nil
        let remaining = record[flight.slot]?.remaining(at: turn.now) ?? .zero
        let isAwaited = waiters.contains { $0.flight == flight.id }
        let isGranted = record[flight.slot]?.issued.renewal.grant != nil
        pauses.failed(flight.slot, failure, at: turn.now, isCounted: !isCutOff) { failures in
            if isCutOff {
                let soon = isAwaited ? .zero : SessionMachine.networkPause * turn.chance()
                return (soon, soon)
            }
            if failure.meaning == .misconfigured {
                return (RefreshPolicy.misconfiguredPause, RefreshPolicy.misconfiguredPause)
            }
            let urgent = RefreshPolicy.urgentPause(failures: failures, chance: turn.chance())
            guard remaining > .zero else {
                // Whoever asks while a grant holds is not kept waiting for as long as one who could be signed out.
                return (isGranted ? min(urgent, RefreshPolicy.longestGrantPause) : urgent, urgent)
            }
            return (urgent, RefreshPolicy.backgroundPause(remaining: remaining, chance: turn.chance()))
        }
    }

    /// What the slot's token needs at a moment; `nil`: nothing can be done for it.
    func neededFlight(_ slot: Slot, _ now: Moment) -> Flight.Kind? {
        let login: Flight.Kind? = traits.hasAnonymousTokens ? .login : nil
        guard let token = record[slot] else { return login }
        if token.issued.renewal == .none { return slot == .anonymous ? login : nil }
        if !token.isExpired(at: now) { return .refresh(token) }
        let isAnonymous = slot == .anonymous && token.issued.origin != .simpleAuth
        let isRenewed = expiredMayLive || (token.issued.renewal.grant != nil && !token.isOver(at: now))
        return isRenewed && !isAnonymous ? .refresh(token) : login
    }

    /// Whether the authority may be asked at a moment: back-off binds everybody.
    func mayAsk(_ slot: Slot, _ now: Moment) -> Bool { askableFrom(slot, now) <= now.boottime }

    func retryAfterSeconds(_ slot: Slot, _ now: Moment) -> Int {
        Int(max(1, (askableFrom(slot, now) - now.boottime).secondsRoundedUp))
    }

    private func askableFrom(_ slot: Slot, _ now: Moment) -> Duration {
        let backOff = pauses.askable(.token(slot))
        guard let limit = traits.anonymousLoginsPerMinute, loginTimes.count >= limit, neededFlight(slot, now) == .login,
            let first = loginTimes.first
        else { return backOff }
        return max(backOff, first + .seconds(60))
    }

    /// When the slot's token is asked for without anybody waiting; `nil`: never.
    func backgroundAttempt(_ slot: Slot, _ now: Moment) -> Duration? {
        guard neededFlight(slot, now) != nil else { return nil }
        guard let token = record[slot] else {
            return max(customerSince + SessionMachine.anonymousLoginPause, askableFrom(slot, now))
        }
        if interruptedRefresh == slot { return askableFrom(slot, now) }
        if token.isExpired(at: now) {
            // While a grant holds nobody is signed out: what nobody asks for need not come soon.
            guard token.issued.renewal.grant != nil else { return askableFrom(slot, now) }
            return max(askableFrom(slot, now), pauses.askableInBackground(.token(slot)))
        }
        // Nobody knows how long it was before this boot: it is replaced early, however much of it seems to be left.
        if token.isEstimated { return max(askableFrom(slot, now), pauses.askableInBackground(.token(slot))) }
        let first = policy.refresh.firstAttempt(for: token, checkedEvery: slot == .client ? traits.checkInterval : nil)
        return max(first, pauses.askableInBackground(.token(slot)))
    }

    /// How long after the UUID was made an anonymous login waits that nobody waits for.
    static let anonymousLoginPause = Duration.seconds(1)

    /// When the session ends by itself, on CLOCK_BOOTTIME, if nothing happens; `nil`: never.
    var overAt: Duration? {
        let tokens = [record.client, record.holdsSimpleAuthentication ? record.anonymous : nil]
        let ends = expiredMayLive ? [] : tokens.compactMap { $0?.endsBoottime }
        return (ends + policyEnds.map(\.at)).min()
    }

    /// Ends what is over and cannot be renewed.
    mutating func endWhatHasExpired(_ turn: inout Turn) {
        guard !expiredMayLive else { return }
        if record.client?.isOver(at: turn.now) == true {
            endSession(of: .client, .sessionExpired, &turn)
            // The same authority is asked from now on, which did not answer: that is no reason to ask it faster.
            pauses.goOn(.anonymous, with: .client)
        }
        if record.holdsSimpleAuthentication, record.anonymous?.isExpired(at: turn.now) == true {
            endSession(of: .anonymous, .sessionExpired, &turn)
        }
    }

    // The authority or time has ended it, not the customer: callers hear of that until somebody signs in or out.
    mutating func endSession(of slot: Slot, _ reason: EndReason, _ turn: inout Turn) {
        endSession(reason, in: [slot], &turn)
        if slot == .client { record.endedBecause = reason }
    }

    /// Notes what time it is for the authority; the first time in a boot proves which stored tokens have expired.
    mutating func noteTime(_ serverTime: Timestamp?, _ turn: inout Turn) {
        guard let serverTime, AuthorityBounds.serverTimes.contains(serverTime), traits.provesTime else { return }
        clockSkewSeconds = turn.now.wall.secondsSince1970 - serverTime.secondsSince1970
        guard !record.isTimeProven else { return }
        record.isTimeProven = true
        for slot in Slot.allCases { record[slot]?.reckon(by: serverTime, at: turn.now) }
        for index in record.outbox.indices { record.outbox[index].token.reckon(by: serverTime, at: turn.now) }
        turn.store(.bestEffort)
    }

    /// Asks again soon after the network came back, unless the authority asked to be left alone.
    mutating func bringAttemptsForward(_ turn: inout Turn) {
        turn.effects.append(.dropConnections)
        let soon = turn.now.boottime + SessionMachine.networkPause * turn.chance()
        for (slot, activity) in activities { activities[slot]?.cutOffFlight = activity.flight?.id }
        pauses.bringForward(to: soon, at: turn.now)
    }

    /// Within this after the network came back, what had failed is tried again: a fleet comes back with it.
    static let networkPause = Duration.seconds(30)

    /// Asks the authority about itself, where that is needed and has not been done yet.
    mutating func attendPreparation(_ turn: inout Turn) {
        guard let due = nextPreparation, due <= turn.now.boottime else { return }
        let id = makeID()
        preparation = .running(id)
        turn.effects.append(.prepareAuthority(id))
    }

    /// When it is asked next; `nil`: not again.
    var nextPreparation: Duration? {
        guard traits.needsPreparation, preparation == .due else { return nil }
        return max(pauses.askableInBackground(.preparation), pacedByReloads)
    }

    mutating func endPreparation(
        _ id: UInt64, _ result: Result<Timestamp?, AuthorityFailure>, _ turn: inout Turn
    ) {
        // Another one was asked for meanwhile: of another authority, perhaps.
        guard preparation == .running(id) else { return }
        noteTime(result.serverTime, &turn)
        if result.failure == nil {
            preparation = .done
            // What waits for that to come right need not wait any more.
            pauses.forget { $0.isAboutItself }
        } else {
            preparation = .due
        }
        note(.preparation, asked: id, result.failure, pausing: .preparation, &turn)
    }

    /// Keeps what the authority has said of itself, unless it was another one, or was asked otherwise.
    mutating func learn(_ metadata: JSONValue, asked id: UInt64, _ turn: inout Turn) {
        guard isCurrent(id), metadata != record.authorityMetadata else { return }
        record.authorityMetadata = metadata
        turn.store(.bestEffort)
    }
}

extension Result<IssuedToken, AuthorityFailure> {
    var serverTime: Timestamp? {
        switch self {
        case .success(let issued): issued.serverTime
        case .failure(let failure): failure.serverTime
        }
    }
}
