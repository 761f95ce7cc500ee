// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The one authentication that is at the authority.
struct RunningAuthentication: Sendable, Equatable {
    var call: CallID
    var attempt: AuthenticationAttempt
    var uuidOrigin: UUIDOrigin
    var startedAt: Duration
}

extension SessionMachine {
    mutating func authenticate(
        _ id: CallID, _ credentials: AuthenticationAttempt.Credentials, _ turn: inout Turn
    ) {
        guard record.client == nil else {
            return turn.refuse(
                id, .alreadySignedIn, "somebody is signed in already", hint: "sign the customer out first")
        }
        guard authentication == nil else {
            return turn.refuse(id, .busy, "another authentication is running", hint: "try again when it has ended")
        }
        if credentials.reachesAuthority, let refusal = pauses.refusal(of: .authentication, at: turn.now) {
            return turn.answer(id, .failure(refusal))
        }
        let choice = snapshot.uuidForAuthentication(
            ownUUID: credentials.ownUUID, authID: credentials.authID, login: credentials.login)
        let attempt = AuthenticationAttempt(id: makeID(), credentials: credentials, uuid: choice.uuid)
        authentication = RunningAuthentication(
            call: id, attempt: attempt, uuidOrigin: choice.origin, startedAt: turn.now.boottime)
        turn.effects.append(.startAuthentication(attempt))
    }

    mutating func endAuthentication(
        _ id: UInt64, _ result: Result<AuthenticationDecision, AuthorityFailure>, _ turn: inout Turn
    ) {
        guard let running = authentication, running.attempt.id == id else { return }
        authentication = nil
        let credentials = running.attempt.credentials
        if case .success(.token(let issued)) = result { noteTime(issued.serverTime, &turn) }
        noteTime(result.failure?.serverTime, &turn)
        noteOutcome(of: credentials.reachesAuthority ? .authentication : nil, result.failure, &turn)
        switch result {
        case .success(.token(let issued)):
            if let mismatch = mismatch(with: credentials.ifGeneration) {
                // A session has ended meanwhile: the customer is not the one that the caller means.
                turn.answer(running.call, .failure(mismatch))
                break
            }
            commit(running, issued, &turn)
            turn.answer(running.call, .authenticated(conditional: credentials.isConditional))
        case .success(.condition(let condition, let conditions)):
            turn.answer(running.call, .condition(condition, conditions: conditions))
        case .failure(let failure) where failure.isAboutCredentials && credentials.isConditional:
            turn.answer(running.call, .condition(.unauthorized, conditions: nil))
        case .failure(let failure):
            turn.answer(running.call, .failure(pauses.error(failure, of: .authentication, at: turn.now)))
        }
        noteAuthority(result.failure, &turn)
    }

    /// Ends an authentication without effect: its outcome could not be stored.
    mutating func endAuthentication(_ id: UInt64, error: SessionError, _ turn: inout Turn) {
        guard let running = authentication, running.attempt.id == id else { return }
        authentication = nil
        turn.answer(running.call, .failure(error))
    }

    /// Ends a running authentication without effect: something else has taken its place.
    mutating func supersede(_ turn: inout Turn) {
        guard let running = authentication else { return }
        giveUp(running, &turn)
        turn.refuse(running.call, .superseded, "the session was changed meanwhile; nobody was authenticated")
    }

    /// Lets an authentication go before the authority has answered.
    mutating func giveUp(_ running: RunningAuthentication, _ turn: inout Turn) {
        authentication = nil
        turn.effects.append(.cancelAuthentication(running.attempt.id))
        noteAbandoned(running.attempt.credentials, &turn)
    }

    private mutating func commit(_ running: RunningAuthentication, _ issued: IssuedToken, _ turn: inout Turn) {
        let (uuid, credentials) = (running.attempt.uuid, running.attempt.credentials)
        let authID = credentials.authID.map(Identifier.normalised)
        if uuid == candidate { candidate = turn.makeUUID() }
        if uuid != record.uuid { beginCustomer(uuid, running.uuidOrigin, authID: nil, .authentication, &turn) }
        if let authID { record.authID = authID }
        record.lastAccount =
            (credentials.authID ?? credentials.login).map { LastAccount(name: $0, salt: record.accountSalt) }
            ?? .unnamed
        record.login = credentials.login
        record.endedBecause = nil
        beginPresence(&turn)
        replace(credentials.slot, with: Token(issued, uuid: uuid, askedAt: running.startedAt))
        // The authority has just answered: the back-off of the token before this one is over.
        activities[credentials.slot] = SlotActivity()
        pauses.succeeded(.token(credentials.slot))
        record.generation += 1
        turn.announce(.signedIn(issued.origin))
        turn.store(.required)
    }
}

extension Result {
    package var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
