// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondPrimitives

/// The session as one instant saw it: what reads are answered from, by whoever holds a copy.
package struct SessionSnapshot: Sendable, Equatable {
    /// What is stored.
    package var record: SessionRecord
    /// How the tokens are being kept alive.
    package var refreshing: Set<Slot>
    /// The slots whose last attempt failed.
    package var failing: Set<Slot>
    /// How the authority stands.
    package var authority: AuthorityStatus
    /// Why the last attempt failed; `nil` where it did not, or there was none.
    package var authorityFailure: AuthorityFailure?
    /// What the authority does not answer; `nil`: nothing that it was asked for.
    package var authorityOutage: AuthorityOutage?
    /// How the store stands.
    package var store: StoreStatus
    /// Why the session cannot be stored; `nil` where it can.
    package var storeFailure: StoreFailure?
    /// Whether a token that looks expired can still be refreshed.
    package var expiredMayLive: Bool
    /// Whether the authority says itself who it is that signs in.
    package var accountsAreNamed = false
    /// Whether the authority gives tokens while nobody is signed in.
    package var hasAnonymousTokens = true
    /// What UUIDs are derived with.
    package var identifierSalt: String
    /// The UUID that the next customer gets who needs one by chance.
    package var candidate: CustomerUUID
    /// When the kiosk's policy, or a token that cannot be renewed, ends the session, on CLOCK_BOOTTIME; `nil`: never.
    /// From then on only the session's owner can say what it is.
    package var overAt: Duration?
    /// The end that the kiosk's policy sets next; `nil`: none.
    var sessionEnd: SessionEnd?
    /// What the authority's tokens can be verified with (RFC 7517); `nil` where it has nothing to give.
    package var publicKey: JSONValue?
    /// When the authority is asked next, on CLOCK_BOOTTIME; `nil` while it is being asked.
    package var nextAttempt: Duration?
    /// What the session's owner has done so far, in numbers.
    package var counts = SessionCounts()

    /// Whether the authority is elsewhere, and has not said a word since this process began.
    package var awaitsFirstAnswer: Bool { authority.lastAnsweredAt == nil && record.binding?.origin.isEmpty == false }

    /// Whether what this still shows has ended.
    package func isOver(at now: Moment) -> Bool { overAt.map { $0 <= now.boottime } ?? false }

    /// What the session is at a moment.
    package func phase(at now: Moment) -> SessionPhase { record.phase(at: now, expiredMayLive: expiredMayLive) }

    /// The slot whose token callers get: the client's while somebody is signed in, else the anonymous one.
    package func effectiveSlot(at now: Moment) -> Slot {
        phase(at: now) == .signedIn ? .client : .anonymous
    }

    /// The effective token, where it has not expired.
    func effectiveToken(at now: Moment) -> Token? {
        record[effectiveSlot(at: now)].flatMap { $0.isExpired(at: now) ? nil : $0 }
    }

    /// How the effective token stands.
    package func tokenState(at now: Moment) -> TokenState {
        let slot = effectiveSlot(at: now)
        guard let token = record[slot] else { return .none }
        if token.isExpired(at: now) { return .expired }
        if failing.contains(slot) { return .stale }
        return refreshing.contains(slot) ? .refreshing : .valid
    }

    /// The answer of `session.status`.
    package func status(at now: Moment) -> SessionStatus {
        var status = SessionStatus(
            uuid: record.uuid, uuidOrigin: record.uuidOrigin, generation: record.generation, authority: authority,
            store: store)
        status.state = phase(at: now)
        status.signedIn = status.state == .signedIn
        status.signedInViaSimpleAuthentication = status.state == .simple
        status.login = status.signedIn ? record.login : nil
        (status.customEmail, status.customIdentifier) = (record.customEmail, record.customIdentifier)
        status.tokenState = tokenState(at: now)
        status.authority.nextAttemptAt = nextAttempt.map { now.wallClock(at: $0) }
        status.pendingSignIn = record.pendingSignIn.map { pending in
            PendingSignInStatus(
                attempt: pending.attempt, method: pending.method, expiresAt: now.wallClock(at: pending.expiresAt))
        }
        if let token = record[effectiveSlot(at: now)] {
            (status.origin, status.clientID) = (token.issued.origin, token.issued.clientID)
            status.expiresAt = token.issued.expiresAt
            status.expiresInSeconds = max(0, token.remaining(at: now).wholeSeconds)
        }
        if let sessionEnd {
            status.sessionEndsAt = sessionEnd.wallClock
            status.sessionEndsInSeconds = max(0, (sessionEnd.end.at - now.boottime).wholeSeconds)
            status.sessionEndsBecause = sessionEnd.end.reason
        }
        return status
    }

    /// The answer of `session.retrieveToken` where it needs nobody else; `nil`: the session's owner has to decide.
    package func immediateAnswer(to request: RetrieveToken, at now: Moment) -> Result<TokenAnswer, SessionError>? {
        if isOver(at: now) { return nil }
        if request.requireSignedIn, let refusal = refusalWithoutCustomer(at: now) { return .failure(refusal) }
        guard let token = effectiveToken(at: now) else { return nil }
        guard token.remaining(at: now) >= .seconds(request.minimumValiditySeconds) else { return nil }
        return .success(answer(token, at: now))
    }

    /// The effective token as it is given out.
    func answer(_ token: Token, at now: Moment) -> TokenAnswer {
        TokenAnswer(
            token: token.issued.secret,
            facts: TokenFacts(
                uuid: token.uuid, origin: token.issued.origin, expiresAt: token.issued.expiresAt,
                expiresInSeconds: token.remaining(at: now).wholeSeconds, stale: tokenState(at: now) == .stale,
                generation: record.generation, customID: token.issued.customID, clientID: token.issued.clientID,
                realm: token.issued.realm))
    }

    /// What to do where there is no token without a customer.
    static let signInHint = "this authority has no token for anybody else: session.beginSignIn signs a customer in"

    /// The refusal of a token where there is none without a customer.
    func nobodyIsSignedIn(at now: Moment) -> SessionError {
        var error = refusalWithoutCustomer(at: now) ?? SessionError(.notSignedIn, "nobody is signed in")
        if error.name == .notSignedIn {
            error.hint = SessionSnapshot.signInHint
        }
        return error
    }

    private func refusalWithoutCustomer(at now: Moment) -> SessionError? {
        switch phase(at: now) {
        case .signedIn: nil
        case .expired:
            SessionError(.sessionExpired, "the customer's session is over", hint: "the customer must sign in again")
        default: SessionError(.notSignedIn, "nobody is signed in")
        }
    }

    /// The UUID that an authentication begun now commits (docs/behaviour.md, U6, U7, U8, U9).
    package func uuidForAuthentication(
        ownUUID: CustomerUUID? = nil, authID: String?, login: String? = nil
    ) -> (uuid: CustomerUUID, origin: UUIDOrigin) {
        if let ownUUID { return (ownUUID, ownUUID == record.uuid ? record.uuidOrigin : .injected) }
        if let authID {
            if Identifier.isSame(record.authID, authID) { return (record.uuid, record.uuidOrigin) }
            return (Identifier.uuid(of: authID, salt: identifierSalt), .derived)
        }
        return uuid(for: login.map { LastAccount(name: $0, salt: record.accountSalt) })
    }

    /// The UUID for whoever asks for it before an authentication (docs/behaviour.md, U11, U13).
    package func foretoldUUID(authID: String?) -> CustomerUUID {
        accountsAreNamed ? record.uuid : uuidForAuthentication(authID: authID).uuid
    }

    /// The UUID of an account, or of one without a name: the one that there is, unless it was another account's.
    func uuid(for account: LastAccount?) -> (uuid: CustomerUUID, origin: UUIDOrigin) {
        let isSame = account != nil && record.lastAccount == account
        return record.lastAccount == nil || isSame ? (record.uuid, record.uuidOrigin) : (candidate, .generated)
    }
}

extension SessionSnapshot {
    /// Until when what it says at a moment stays true: the whole seconds that are left change next then.
    package func holdsUntil(from now: Moment) -> Duration {
        let ends = Slot.allCases.compactMap { record[$0]?.expiresBoottime } + [sessionEnd?.end.at].compactMap { $0 }
        let next = ends.filter { $0 > now.boottime }.map { end in
            // At a full second it changes at once; it never holds beyond the end.
            let change = end - .seconds((end - now.boottime).wholeSeconds)
            return min(max(change, now.boottime + .milliseconds(1)), end)
        }
        return min(next.min() ?? .seconds(Int64.max), overAt ?? .seconds(Int64.max))
    }
}
