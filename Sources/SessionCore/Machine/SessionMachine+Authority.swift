// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// How the authority is being told of sign-outs; nothing of it is stored.
struct Delivery: Sendable, Equatable {
    /// The entry that is under way.
    var current: UInt64?
    /// Attempts that failed in a row.
    var failures = 0
    /// Before this, none is made.
    var retryAt: Duration?
    /// Before this, the authority asked to be left alone, whatever happens.
    var quietUntil: Duration?
}

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
        record.binding = now
        turn.store(.bestEffort)
        record.outbox.removeAll { $0.binding != now }
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
        guard let traits else { return }
        let isBoundElsewhere = traits.binding != self.traits.binding
        self.traits = traits
        guard isBoundElsewhere else { return }
        supersede(&turn)
        activities = [:]
        bind(&turn)
    }

    mutating func changeAPIKey(_ id: CallID, _ request: ChangeAPIKey, _ turn: inout Turn) {
        guard !traits.isDevice else {
            return turn.refuse(id, .unsupported, "the local authority has no API key")
        }
        let changed = Binding(kind: traits.binding.kind, origin: traits.binding.origin, apiKey: request.apiKey)
        turn.answer(id, .status)
        guard changed != traits.binding else { return }
        let configured = record.replacedKey?.configuredHash ?? traits.binding.keyHash
        record.replacedKey =
            changed.keyHash == configured
            ? nil : ReplacedKey(apiKey: request.apiKey, configuredHash: configured)
        supersede(&turn)
        traits.binding = changed
        activities = [:]
        bind(&turn)
        turn.store(.required)
        turn.effects.append(.changeAuthority)
    }
}

// MARK: - Account and profile

extension SessionMachine {
    mutating func deleteAccount(_ id: CallID, _ request: DeleteAccount, _ turn: inout Turn) {
        guard !traits.isDevice else {
            return turn.refuse(id, .unsupported, "the local authority deletes no accounts")
        }
        // Also one that looks expired: the authority knows whether it has.
        guard let token = record.client else { return turn.refuse(id, .notSignedIn, "nobody is signed in") }
        guard authentication == nil else {
            return turn.refuse(id, .busy, "another authentication is running", hint: "try again when it has ended")
        }
        let attempt = AuthenticationAttempt(id: makeID(), credentials: .deletion(request), uuid: record.uuid)
        authentication = RunningAuthentication(
            call: id, attempt: attempt, uuidOrigin: record.uuidOrigin, startedAt: turn.now.boottime)
        turn.effects.append(.startDeletion(attempt, token))
    }

    mutating func endDeletion(_ id: UInt64, _ result: Result<Timestamp?, AuthorityFailure>, _ turn: inout Turn) {
        guard let running = authentication, running.attempt.id == id else { return }
        authentication = nil
        noteTime(result.serverTime, &turn)
        noteAuthority(result.failure, &turn)
        if let failure = result.failure { return turn.answer(running.call, .failure(failure.error)) }
        // The account is gone, whether or not that can be stored here.
        replaceCustomer(because: .accountDeleted, &turn)
        turn.answer(running.call, .newCustomer)
    }

    /// Asks for the profile, once there is a token that it can be asked for with.
    mutating func profile(_ id: CallID, _ turn: inout Turn) {
        guard !traits.isDevice else {
            return turn.refuse(id, .unsupported, "the local authority has no profiles")
        }
        wait(id, .profile, turn.now)
    }

    /// Asks for the profile of whoever a token is for.
    mutating func fetchProfile(_ id: CallID, _ answer: TokenAnswer, _ turn: inout Turn) {
        guard let token = record.client else { return turn.refuse(id, .notSignedIn, "nobody is signed in") }
        turn.effects.append(.fetchProfile(id, token))
    }

    mutating func endProfile(_ id: CallID, _ result: Result<JSONValue, AuthorityFailure>, _ turn: inout Turn) {
        noteTime(result.failure?.serverTime, &turn)
        noteAuthority(result.failure, &turn)
        switch result {
        case .success(let profile): turn.answer(id, .profile(profile))
        case .failure(let failure): turn.answer(id, .failure(failure.error))
        }
    }
}

// MARK: - Outbox

extension SessionMachine {
    /// Notes that the authority is to be told of the end of the client token; what the caller hears about that.
    mutating func queueSignOut(fromAllDevices: Bool, _ turn: inout Turn) -> AuthoritySignOut {
        guard let token = record.client, !traits.isDevice else { return .notNeeded }
        guard traits.tellsSignOuts else { return .unsupported }
        let entry = OutboxEntry(
            id: makeID(), token: token, fromAllDevices: fromAllDevices, binding: traits.binding)
        record.outbox = record.outbox.suffix(OutboxEntry.limit - 1) + [entry]
        turn.store(.bestEffort)
        return .queued
    }

    /// Tells the authority of the next sign-out that it has not heard of, where it may be asked now.
    mutating func deliverNext(_ turn: inout Turn) {
        guard delivery.current == nil, !record.outbox.isEmpty else { return }
        let count = record.outbox.count
        if !expiredMayLive { record.outbox.removeAll { $0.token.isExpired(at: turn.now) } }
        if record.outbox.count != count { turn.store(.bestEffort) }
        guard let entry = record.outbox.first, delivery.retryAt ?? .zero <= turn.now.boottime else { return }
        delivery.current = entry.id
        turn.effects.append(.deliver(entry))
    }

    /// When the next attempt is due; `nil`: nothing waits.
    var nextDelivery: Duration? {
        guard delivery.current == nil, !record.outbox.isEmpty else { return nil }
        return delivery.retryAt ?? .zero
    }

    mutating func endDelivery(_ id: UInt64, _ result: Result<Timestamp?, AuthorityFailure>, _ turn: inout Turn) {
        guard delivery.current == id else { return }
        delivery.current = nil
        noteTime(result.serverTime, &turn)
        noteAuthority(result.failure, &turn)
        if let failure = result.failure, failure.meaning == .unavailable {
            delivery.failures += 1
            let pause = RefreshPolicy.urgentPause(failures: delivery.failures, chance: turn.chance())
            let asked = failure.retryAfter.map { min($0, RefreshPolicy.longestRetryAfter) }
            delivery.quietUntil = asked.map { turn.now.boottime + $0 }
            delivery.retryAt = turn.now.boottime + max(pause, asked ?? .zero)
        } else {
            delivery = Delivery()
            record.outbox.removeAll { $0.id == id }
            turn.store(.bestEffort)
        }
    }
}

extension Result<Timestamp?, AuthorityFailure> {
    fileprivate var serverTime: Timestamp? {
        switch self {
        case .success(let time): time
        case .failure(let failure): failure.serverTime
        }
    }
}
