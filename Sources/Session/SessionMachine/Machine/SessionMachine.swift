// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// The part of the configuration that the session uses.
package struct SessionPolicy: Sendable, Equatable {
    /// What UUIDs are derived with, byte for byte.
    package var identifierSalt: String
    /// When tokens are refreshed.
    package var refresh: RefreshPolicy
    /// Whether another API key ends the session.
    package var destroysOnKeyChange: Bool
    /// When a session ends by itself.
    package var kiosk: KioskPolicy

    package init(
        identifierSalt: String = "", refresh: RefreshPolicy = RefreshPolicy(), destroysOnKeyChange: Bool = true,
        kiosk: KioskPolicy = KioskPolicy()
    ) {
        (self.identifierSalt, self.refresh) = (identifierSalt, refresh)
        (self.destroysOnKeyChange, self.kiosk) = (destroysOnKeyChange, kiosk)
    }
}

/// How far the authority was asked about itself in this process.
enum Preparation: Sendable, Equatable {
    case due
    /// With the call's number.
    case running(UInt64)
    case done
}

/// The session as a value: what happens goes in, and the state that follows and what is to be done come out.
///
/// It does no I/O and reads no clock. Whoever owns it stores what follows before it counts, as far as
/// ``Turn/durability`` demands, and throws a copy away that could not be stored.
package struct SessionMachine: Sendable, Equatable {
    /// What is stored.
    package internal(set) var record: SessionRecord
    /// How the store stands, for the status; kept by the owner.
    package var store: StoreStatus
    var policy: SessionPolicy
    var traits: AuthorityTraits
    var activities: [Slot: SlotActivity] = [:]
    var pauses = AuthorityPauses()
    var authentication: RunningAuthentication?
    var waiters: [Waiter] = []
    var candidate: CustomerUUID
    var standing = AuthorityStanding()
    var clockSkewSeconds: Int64?
    // The refresh that a crash cut off, until it was tried once more.
    var interruptedRefresh: Slot?
    // The sign-out that the authority is being told of.
    var delivering: Delivery?
    // The calls whose profiles it is being asked for.
    var profileCalls: [CallID: ProfileQuestion] = [:]
    // What has no greater number was asked of another authority.
    var askedElsewhere: UInt64 = 0
    // What has no greater number was asked with other settings, of whichever authority.
    var askedBefore: UInt64 = 0
    // When the UUID was made: nobody may want a token for one that is replaced at once.
    var customerSince: Duration
    var loginTimes: [Duration] = []
    // When the last reloads were.
    var reloadTimes: [Duration] = []
    var signIns = SignInActivity()
    var preparation = Preparation.due
    // The number of the last announcement that is stored, as far as is known here.
    var storedSequence: Int64
    // The customer's last activity that is stored, as far as is known here.
    var storedActivity: Duration?
    // The end that everybody is shown; nil: none is set.
    var sessionEnd: SessionEnd?
    // The ends that everybody was warned of.
    var warnedOf: Set<EndReason> = []
    private var lastID: UInt64 = 0

    /// A machine that goes on with a record.
    package init(
        record: SessionRecord, policy: SessionPolicy, traits: AuthorityTraits, store: StoreStatus, turn: inout Turn
    ) {
        (self.record, self.policy, self.traits, self.store) = (record, policy, traits, store)
        candidate = turn.makeUUID()
        customerSince = turn.now.boottime
        lastID = record.outbox.map(\.id).max() ?? 0
        interruptedRefresh = record.refreshing
        self.record.refreshing = nil
        storedActivity = record.presence?.activeAt
        storedSequence = record.sequence
        pauses = AuthorityPauses(quietUntil: record.quietUntil)
        // When its code was asked about last, nobody knows.
        signIns.nextStep = record.pendingSignIn?.firstStep(after: turn.now.boottime) ?? .zero
        bind(&turn)
        endUnusable(&turn)
        endForbiddenSignIn(&turn)
        leaveOutNumbers(&turn)
    }

    /// Takes one thing that happened.
    package mutating func handle(_ input: SessionInput, _ turn: inout Turn) {
        switch input {
        case .call(let id, let call): handle(id, call, &turn)
        case .abandon(let id, let deadlinePassed): abandon(id, deadlinePassed: deadlinePassed, &turn)
        case .flightEnded(let id, let result): endFlight(id, result, &turn)
        case .authenticationEnded(let id, let result): endAuthentication(id, result, &turn)
        case .signInBegun(let id, let result): endBeginning(id, result, &turn)
        case .signInStepEnded(let step, let result): endStep(step, result, &turn)
        case .preparationEnded(let id, let result): endPreparation(id, result, &turn)
        case .metadataLearned(let id, let metadata): learn(metadata, asked: id, &turn)
        case .profileEnded(let id, let result): endProfile(id, result, &turn)
        case .deletionEnded(let id, let result): endDeletion(id, result, &turn)
        case .deliveryEnded(let id, let result): endDelivery(id, result, &turn)
        case .touched: touch(&turn)
        case .networkReturned: bringAttemptsForward(&turn)
        case .reconfigured(let policy, let traits): reconfigure(policy, traits, &turn)
        case .stopping: prepareToStop(&turn)
        case .tick: break
        }
        attend(&turn)
        noteEnd(at: turn.now)
        numberAnnouncements(&turn)
        noteStoredActivity(turn)
    }

    /// Takes, in place of an input whose outcome could not be stored, that it could not: nothing has changed.
    package mutating func refuse(_ input: SessionInput, _ error: SessionError, _ turn: inout Turn) {
        switch input {
        case .call(let id, _): turn.answer(id, .failure(error))
        case .authenticationEnded(let id, _): endAuthentication(id, error: error, &turn)
        case .signInBegun(let id, _): endBeginning(id, error: error, &turn)
        case .signInStepEnded(let step, _): retry(step, &turn)
        default: break
        }
        numberAnnouncements(&turn)
    }

    /// What reads are answered from.
    package func snapshot(at now: Moment) -> SessionSnapshot {
        var snapshot = snapshot
        let slot = snapshot.effectiveSlot(at: now)
        if activities[slot]?.flight == nil {
            let attempts = [backgroundAttempt(slot, now), nextDelivery, nextSignInInstant, nextPreparation]
            snapshot.nextAttempt = attempts.compactMap { $0 }.min()
        }
        return snapshot
    }

    var snapshot: SessionSnapshot {
        SessionSnapshot(
            record: record, refreshing: Set(Slot.allCases.filter { activities[$0]?.flight != nil }),
            failing: Set(Slot.allCases.filter { activities[$0]?.lastFailed == true }),
            authority: AuthorityStatus(
                kind: traits.kind, reachable: standing.isReachable, lastError: standing.failure?.name,
                lastAnsweredAt: standing.answeredAt, clockSkewSeconds: clockSkewSeconds),
            authorityFailure: standing.failure, authorityOutage: standing.outage, store: store,
            expiredMayLive: expiredMayLive, accountsAreNamed: traits.identifiesTokens,
            hasAnonymousTokens: traits.hasAnonymousTokens, identifierSalt: policy.identifierSalt,
            candidate: candidate, overAt: overAt, sessionEnd: sessionEnd)
    }

    /// Whether a token that looks expired can still be refreshed: the authority renews such ones, or nobody knows yet
    /// what time it is.
    var expiredMayLive: Bool { traits.renewsExpiredTokens || !record.isTimeProven }

    /// What the session is at a moment.
    func phase(at now: Moment) -> SessionPhase { record.phase(at: now, expiredMayLive: expiredMayLive) }

    mutating func makeID() -> UInt64 {
        lastID += 1
        return lastID
    }

    private mutating func handle(_ id: CallID, _ call: SessionCall, _ turn: inout Turn) {
        // Expiry counts at the moment of asking, and so does the policy.
        applyKioskPolicy(&turn)
        endWhatHasExpired(&turn)
        if let mismatch = mismatch(with: call.ifGeneration) { return turn.answer(id, .failure(mismatch)) }
        switch call {
        case .status: turn.answer(id, .status)
        case .retrieveToken(let request): wait(id, .token(request), turn.now)
        case .refreshToken: wait(id, .refresh, turn.now)
        case .regenerate(let request, let initiator): regenerate(id, request, by: initiator, &turn)
        case .destroy(_, let initiator): destroy(id, by: initiator, &turn)
        case .signOut(let request, let initiator, let byAdministrator):
            signOut(id, request, by: initiator, byAdministrator, &turn)
        case .setIdentity(let request): setIdentity(id, request, &turn)
        case .authenticate(.deletion(let request)): deleteAccount(id, request, &turn)
        case .authenticate(let credentials): authenticate(id, credentials, &turn)
        case .beginSignIn(let request, let initiator): beginSignIn(id, request, by: initiator, &turn)
        case .completeSignIn(let request): completeSignIn(id, request, &turn)
        case .cancelSignIn(let request, let initiator): cancelSignIn(id, request, by: initiator, &turn)
        case .profile: profile(id, &turn)
        case .changeAPIKey(let request): changeAPIKey(id, request, &turn)
        }
    }

    /// The error for a caller who means another generation; `nil`: they mean this one, or any.
    func mismatch(with wanted: Int64?) -> SessionError? {
        guard let wanted, wanted != record.generation else { return nil }
        return SessionError(
            .generationMismatch, "the session is of generation \(record.generation), not \(wanted)",
            hint: "the customer may be another one by now: see session.status",
            details: [JSONMember("generation", .number(JSONNumber(record.generation)))])
    }

    private mutating func abandon(_ id: CallID, deadlinePassed: Bool, _ turn: inout Turn) {
        waiters.removeAll { $0.call == id }
        abandonSignIn(id)
        guard let running = authentication, running.call == id else { return }
        giveUp(running, &turn)
        guard deadlinePassed else { return }
        turn.refuse(id, .deadlineExceeded, "the authority did not decide in time; here nothing has changed")
    }
}
