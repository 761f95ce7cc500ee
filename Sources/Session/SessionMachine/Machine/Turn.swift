// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// What happens to the session.
package enum SessionInput: Sendable, Equatable {
    /// Somebody calls.
    case call(CallID, SessionCall)
    /// Whoever called waits no longer: their connection closed, or their deadline passed.
    case abandon(CallID, deadlinePassed: Bool)
    /// A flight is back.
    case flightEnded(UInt64, Result<IssuedToken, AuthorityFailure>)
    /// An authentication is back.
    case authenticationEnded(UInt64, Result<AuthenticationDecision, AuthorityFailure>)
    /// The authority has begun a sign-in, or has not.
    case signInBegun(UInt64, Result<SignInOffer, AuthorityFailure>)
    /// A question of a pending sign-in is answered.
    case signInStepEnded(SignInStep, SignInStepResult)
    /// The authority was asked about itself.
    case preparationEnded(UInt64, Result<Timestamp?, AuthorityFailure>)
    /// It has said something new of itself.
    case metadataLearned(UInt64, JSONValue)
    /// A profile is back.
    case profileEnded(CallID, Result<JSONValue, AuthorityFailure>)
    /// An account was deleted at the authority, and at what time by its clock; or it was not.
    case deletionEnded(UInt64, Result<Timestamp?, AuthorityFailure>)
    /// The authority was told of a sign-out, and at what time by its clock; or it was not.
    case deliveryEnded(UInt64, Result<Timestamp?, AuthorityFailure>)
    /// The customer is active, `session.touch`.
    case touched
    /// There is a network again, or the machine has woken up.
    case networkReturned
    /// There is another configuration, with another authority or (`nil`) the one before.
    case reconfigured(SessionPolicy, AuthorityTraits?)
    /// The process is about to end.
    case stopping
    /// Time has passed.
    case tick
}

/// What is to be done because of it.
package enum SessionEffect: Sendable, Equatable {
    /// Answer a call, out of the state that follows.
    case answer(CallID, SessionAnswer)
    /// Ask the authority for a token.
    case startFlight(Flight)
    /// Ask the authority who somebody is.
    case startAuthentication(AuthenticationAttempt)
    /// Ask the authority to delete the account of a token's customer.
    case startDeletion(AuthenticationAttempt, Token)
    /// Ask the authority to begin a sign-in.
    case beginSignIn(UInt64, SignInWish)
    /// Ask the authority what a pending sign-in has to know next.
    case startSignInStep(SignInStep)
    /// Ask the authority about itself.
    case prepareAuthority(UInt64)
    /// Nobody wants to know any more.
    case cancelAuthentication(UInt64)
    /// Ask the authority for the profile of a token's customer.
    case fetchProfile(CallID, Token)
    /// Tell the authority of a sign-out.
    case deliver(OutboxEntry)
    /// From now on another key is used.
    case changeAuthority
    /// Connections are not what they were.
    case dropConnections
    /// Tell everybody.
    case announce(SessionChange)
    /// Note what became of a sign-out that the authority was to be told of.
    case noteSignOut(SignOutFate)
}

/// What a call is answered with; what the session says itself is filled in from the state that follows.
package enum SessionAnswer: Sendable, Equatable {
    /// An error.
    case failure(SessionError)
    /// ``SessionStatus``.
    case status
    /// ``AuthenticationAnswer`` of an authentication.
    case authenticated(conditional: Bool)
    /// ``AuthenticationAnswer`` of a conditional authentication that changed nothing.
    case condition(AuthenticationCondition, conditions: JSONValue?)
    /// ``NewCustomerAnswer``.
    case newCustomer
    /// ``SignOutAnswer``.
    case signedOut(changed: Bool, authority: AuthoritySignOut)
    /// ``TokenAnswer``.
    case token(TokenAnswer)
    /// ``TokenFacts``.
    case facts(TokenFacts)
    /// ``SignInRequestAnswer`` of the pending sign-in.
    case signInRequest(joined: Bool)
    /// ``CancelSignInAnswer``.
    case cancelledSignIn(Bool)
    /// ``ProfileAnswer``.
    case profile(JSONValue)
}

/// How much of the state that follows has to be stored before it counts.
package enum Durability: Sendable, Equatable, Comparable {
    /// Nothing of it is stored.
    case nothing
    /// It counts even if it cannot be stored: what the daemon learned, and every end of a session.
    case bestEffort
    /// It counts only if it is stored.
    case required
}

/// One step of the machine: when it happens, and what comes of it.
package struct Turn: Sendable {
    /// When.
    package let now: Moment
    /// What is to be done, in this order.
    package var effects: [SessionEffect] = []
    /// How much of the state has to be stored first.
    package var durability = Durability.nothing
    private var random: any RandomNumberGenerator & Sendable

    /// A step at a moment, with chance from a generator.
    package init(now: Moment, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        (self.now, self.random) = (now, random)
    }

    mutating func answer(_ call: CallID, _ answer: SessionAnswer) { effects.append(.answer(call, answer)) }

    mutating func refuse(_ call: CallID, _ name: ErrorName, _ message: String, hint: String? = nil) {
        answer(call, .failure(SessionError(name, message, hint: hint)))
    }

    package mutating func announce(_ change: SessionChange) { effects.append(.announce(change)) }

    package mutating func store(_ durability: Durability) { self.durability = max(self.durability, durability) }

    /// A number from 0 up to 1.
    mutating func chance() -> Double { Double.random(in: 0..<1, using: &random) }

    /// A UUID by chance: version 4 (RFC 9562 §5.4).
    package mutating func makeUUID() -> CustomerUUID {
        // Each number that the system is asked for is a system call.
        let halves = (random.next(), random.next())
        return CustomerUUID(bytes: withUnsafeBytes(of: halves) { Array($0) }, version: 4)
    }
}
