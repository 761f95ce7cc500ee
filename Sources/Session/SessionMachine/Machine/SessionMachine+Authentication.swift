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
        let reachesAuthority = credentials.reachesAuthority(traits)
        if reachesAuthority, let refusal = pauses.refusal(of: .authentication, at: turn.now) {
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
        let errand: AuthorityErrand? = credentials.reachesAuthority(traits) ? .authentication : nil
        note(.authentication, asked: id, result.failure, pausing: errand, &turn)
        switch result {
        case .success(.token(let issued)):
            if let mismatch = mismatch(with: credentials.ifGeneration) {
                // A session has ended meanwhile: the customer is not the one that the caller means.
                turn.answer(running.call, .failure(mismatch))
                break
            }
            let customer = AuthenticatedCustomer(running, issued, of: traits.binding, in: snapshot)
            commit(customer, issued, credentials.slot, running.startedAt, &turn)
            // Who was signing in at the authority meanwhile is not the one who is here now.
            if credentials.slot == .client { supersedeSignIn(&turn) }
            turn.answer(running.call, .authenticated(conditional: credentials.isConditional))
        case .success(.condition(let condition, let conditions)):
            turn.answer(running.call, .condition(condition, conditions: conditions))
        case .failure(let failure) where failure.isAboutCredentials && credentials.isConditional:
            turn.answer(running.call, .condition(.unauthorized, conditions: nil))
        case .failure(let failure):
            turn.answer(running.call, .failure(pauses.error(failure, of: .authentication, at: turn.now)))
        }
    }

    /// Ends an authentication without effect: its outcome could not be stored.
    mutating func endAuthentication(_ id: UInt64, error: SessionError, _ turn: inout Turn) {
        guard let running = authentication, running.attempt.id == id else { return }
        authentication = nil
        turn.answer(running.call, .failure(error))
    }

    /// Ends a running authentication and a pending sign-in without effect: something else has taken their place.
    ///
    /// - Parameter initiator: Who wanted that; `nil`: nobody who calls.
    mutating func supersede(by initiator: Initiator? = nil, _ turn: inout Turn) {
        supersedeSignIn(by: initiator.map { .caller($0) } ?? .nobody, &turn)
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

    /// Signs a customer in: whoever was here before is forgotten where they are somebody else.
    mutating func commit(
        _ customer: AuthenticatedCustomer, _ issued: IssuedToken, _ slot: Slot, _ askedAt: Duration,
        _ turn: inout Turn
    ) {
        let uuid = customer.uuid
        if uuid == candidate { candidate = turn.makeUUID() }
        if uuid != record.uuid { beginCustomer(uuid, customer.uuidOrigin, authID: nil, .authentication, &turn) }
        if let authID = customer.authID { record.authID = authID }
        record.lastAccount = customer.account
        record.login = customer.login
        record.endedBecause = nil
        beginPresence(&turn)
        replace(slot, with: Token(issued, uuid: uuid, askedAt: askedAt))
        // The authority has just answered: the back-off of the token before this one is over.
        activities[slot] = SlotActivity()
        pauses.succeeded(.token(slot))
        forgetOutages(&turn)
        record.generation += 1
        turn.announce(.signedIn(issued.origin))
        turn.store(.required)
    }
}

/// A customer who has been authenticated, and who they are here.
struct AuthenticatedCustomer: Sendable, Equatable {
    var uuid: CustomerUUID
    var uuidOrigin: UUIDOrigin
    /// The authID that they were authenticated with, normalised; `nil`: there was none.
    var authID: String?
    var account: LastAccount
    var login: String?

    /// Whoever the authority says it is: their UUID is chosen by the account that it names.
    init(_ identity: CustomerIdentity, of binding: Binding, in snapshot: SessionSnapshot) {
        let account = LastAccount(
            subject: identity.subject, origin: binding.origin, salt: snapshot.record.accountSalt)
        let (uuid, origin) = snapshot.uuid(for: account)
        self.init(uuid: uuid, uuidOrigin: origin, authID: nil, account: account, login: identity.login)
    }

    /// Whoever the caller says it is, unless the authority knows that itself.
    init(_ running: RunningAuthentication, _ issued: IssuedToken, of binding: Binding, in snapshot: SessionSnapshot) {
        if let identity = issued.identity {
            self.init(identity, of: binding, in: snapshot)
            return
        }
        let credentials = running.attempt.credentials
        let name = credentials.authID ?? credentials.login
        self.init(
            uuid: running.attempt.uuid, uuidOrigin: running.uuidOrigin,
            authID: credentials.authID.map(Identifier.normalised),
            account: name.map { LastAccount(name: $0, salt: snapshot.record.accountSalt) } ?? .unnamed,
            login: credentials.login)
    }

    private init(uuid: CustomerUUID, uuidOrigin: UUIDOrigin, authID: String?, account: LastAccount, login: String?) {
        (self.uuid, self.uuidOrigin, self.authID) = (uuid, uuidOrigin, authID)
        (self.account, self.login) = (account, login)
    }
}

extension Result {
    package var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
