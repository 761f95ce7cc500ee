// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

// MARK: - Binding

extension SessionMachine {
    /// Binds the session to the authority that there is now; what was bound to another one ends.
    mutating func bind(_ turn: inout Turn) {
        let (before, now) = (record.binding, traits.binding)
        if let replaced = record.replacedKey, Binding.hash(replaced.apiKey) != now.keyHash {
            // Another key was configured since: that one counts.
            record.replacedKey = nil
            turn.store(.bestEffort)
        }
        guard before != now else { return }
        // While what they are given back to is still the authority that has given it: to no other one.
        supersede(&turn)
        forgetErrands()
        askedElsewhere = makeID()
        askedBefore = askedElsewhere
        record.binding = now
        turn.store(.bestEffort)
        removeFromOutbox(.authorityChanged, &turn) { $0.binding != now }
        guard let before else { return }
        let isOtherAuthority = before.kind != now.kind || before.origin != now.origin
        if isOtherAuthority { record.isTimeProven = false }
        if isOtherAuthority || policy.destroysOnKeyChange {
            replaceCustomer(because: isOtherAuthority ? .sessionDestroyed : .apiKeyChanged, &turn)
        } else {
            for slot in Slot.allCases { activities[slot]?.slotChanged() }
            record.refreshing = nil
            record.generation += 1
        }
    }

    mutating func reconfigure(_ policy: SessionPolicy, _ traits: AuthorityTraits?, _ turn: inout Turn) {
        self.policy = policy
        let isInALoop = isReloadedInALoop(at: turn.now)
        reloadTimes = reloadTimes.suffix(SessionMachine.reloadsPerMinute - 1) + [turn.now.boottime]
        standing.forgetRefusals()
        // Whether what was refused would be refused still, nobody knows: somebody has put something right, here or there.
        if !isInALoop { pauses.forget { $0.meaning == .misconfigured } }
        guard let traits else { return }
        let isBoundElsewhere = traits.binding != self.traits.binding
        self.traits = traits
        (preparation, askedBefore) = (.due, makeID())
        forgetDoubts(&turn)
        endForbiddenSignIn(&turn)
        if isBoundElsewhere { bind(&turn) }
    }

    // Nobody puts something right so often: the authority is asked no more often for it.
    private static let reloadsPerMinute = 10

    /// Whether reloads come one after the other.
    func isReloadedInALoop(at now: Moment) -> Bool { pacedByReloads > now.boottime }

    /// Until when reloads that come one after the other are no reason to ask.
    var pacedByReloads: Duration {
        guard reloadTimes.count >= SessionMachine.reloadsPerMinute, let first = reloadTimes.first else { return .zero }
        return first + .seconds(60)
    }

    // What was said three times was not said so by one and the same place.
    private mutating func forgetDoubts(_ turn: inout Turn) {
        for slot in Slot.allCases where record[slot]?.doubt != nil {
            record[slot]?.doubt = nil
            turn.store(.bestEffort)
        }
    }

    // What another authority, or another key, was asked for says nothing of this one.
    private mutating func forgetErrands() {
        (activities, pauses, record.quietUntil) = ([:], AuthorityPauses(), nil)
        record.authorityMetadata = nil
        (standing, delivering, profileCalls) = (AuthorityStanding(), nil, [:])
    }

    mutating func changeAPIKey(_ id: CallID, _ request: ChangeAPIKey, _ turn: inout Turn) {
        guard traits.keyIsReplaceable else {
            return turn.refuse(id, .unsupported, "the \(traits.kind) authority has no API key")
        }
        let changed = Binding(kind: traits.binding.kind, origin: traits.binding.origin, apiKey: request.apiKey)
        turn.answer(id, .status)
        guard changed != traits.binding else { return }
        let configured = record.replacedKey?.configuredHash ?? traits.binding.keyHash
        record.replacedKey =
            changed.keyHash == configured
            ? nil : ReplacedKey(apiKey: request.apiKey, configuredHash: configured)
        traits.binding = changed
        bind(&turn)
        turn.store(.required)
        turn.effects.append(.changeAuthority)
    }
}

// MARK: - Account and profile

/// A profile that the authority is being asked for.
struct ProfileQuestion: Sendable, Equatable {
    /// The number of what was asked.
    var number: UInt64
    /// Whose customer's it is.
    var generation: Int64
}

extension SessionMachine {
    mutating func deleteAccount(_ id: CallID, _ request: DeleteAccount, _ turn: inout Turn) {
        guard traits.deletesAccounts else {
            return turn.refuse(id, .unsupported, "the \(traits.kind) authority deletes no accounts")
        }
        // Also one that looks expired: the authority knows whether it has.
        guard let token = record.client else { return turn.refuse(id, .notSignedIn, "nobody is signed in") }
        guard authentication == nil else {
            return turn.refuse(id, .busy, "another authentication is running", hint: "try again when it has ended")
        }
        if let refusal = pauses.refusal(of: .deletion, at: turn.now) { return turn.answer(id, .failure(refusal)) }
        let attempt = AuthenticationAttempt(id: makeID(), credentials: .deletion(request), uuid: record.uuid)
        authentication = RunningAuthentication(
            call: id, attempt: attempt, uuidOrigin: record.uuidOrigin, startedAt: turn.now.boottime)
        turn.effects.append(.startDeletion(attempt, token))
    }

    mutating func endDeletion(_ id: UInt64, _ result: Result<Timestamp?, AuthorityFailure>, _ turn: inout Turn) {
        guard let running = authentication, running.attempt.id == id else { return }
        authentication = nil
        noteTime(result.serverTime, &turn)
        note(.deletion, asked: id, result.failure, pausing: .deletion, &turn)
        if let failure = result.failure {
            return turn.answer(running.call, .failure(pauses.error(failure, of: .deletion, at: turn.now)))
        }
        // The account is gone, whether or not that can be stored here.
        replaceCustomer(because: .accountDeleted, &turn)
        turn.answer(running.call, .newCustomer)
    }

    /// Asks for the profile, once there is a token that it can be asked for with.
    mutating func profile(_ id: CallID, _ turn: inout Turn) {
        guard traits.hasProfiles else {
            return turn.refuse(id, .unsupported, "the \(traits.kind) authority has no profiles")
        }
        wait(id, .profile, turn.now)
    }

    /// Asks for the profile of whoever a token is for.
    mutating func fetchProfile(_ id: CallID, _ answer: TokenAnswer, _ turn: inout Turn) {
        guard let token = record.client else { return turn.refuse(id, .notSignedIn, "nobody is signed in") }
        if let refusal = pauses.refusal(of: .profile, at: turn.now) { return turn.answer(id, .failure(refusal)) }
        startProfile(id, token, &turn)
    }

    private mutating func startProfile(_ id: CallID, _ token: Token, _ turn: inout Turn) {
        profileCalls[id] = ProfileQuestion(number: makeID(), generation: record.generation)
        turn.effects.append(.fetchProfile(id, token))
    }

    mutating func endProfile(_ id: CallID, _ result: Result<JSONValue, AuthorityFailure>, _ turn: inout Turn) {
        // nil: another authority was asked, which says nothing of this one.
        let asked = profileCalls.removeValue(forKey: id)
        if let asked {
            noteTime(result.failure?.serverTime, &turn)
            note(.profile, asked: asked.number, result.failure, pausing: .profile, &turn)
        }
        if let failure = result.failure, failure.meaning == .rejected, asked != nil,
            record.client?.issued.renewal.grant != nil, activities[.client]?.flight == nil, mayAsk(.client, turn.now)
        {
            // Whether the token is over, its grant says.
            startFlight(.client, &turn)
        }
        switch result {
        case .success where asked?.generation != record.generation:
            // It was another customer's, who has gone.
            guard let token = record.client else {
                return turn.refuse(id, .notSignedIn, "nobody is signed in any more")
            }
            startProfile(id, token, &turn)
        case .success(let profile): turn.answer(id, .profile(profile))
        case .failure(let failure):
            turn.answer(id, .failure(pauses.error(failure, of: .profile, at: turn.now)))
        }
    }
}

extension Result<Timestamp?, AuthorityFailure> {
    var serverTime: Timestamp? {
        switch self {
        case .success(let time): time
        case .failure(let failure): failure.serverTime
        }
    }
}
