// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondPrimitives

/// Whoever issues tokens.
package protocol Authority: Sendable {
    /// What the session must know about it.
    var traits: AuthorityTraits { get }

    /// The public key that its tokens can be verified with (RFC 7517); `nil` where it has none to give.
    var publicKey: JSONValue? { get }

    /// The key that it was made with or has made, to be stored with the session; `nil`: it has none.
    var signingKey: Secret? { get }

    /// Issues an anonymous token.
    func logInAnonymously(uuid: CustomerUUID) async throws(AuthorityFailure) -> IssuedToken

    /// Issues a new token in place of one.
    func refresh(_ token: Token) async throws(AuthorityFailure) -> IssuedToken

    /// Decides who somebody is.
    func authenticate(_ attempt: AuthenticationAttempt) async throws(AuthorityFailure) -> AuthenticationDecision

    /// Deletes the account of the customer whose token this is; what time it was for the authority, `nil` where it did
    /// not say.
    func deleteAccount(_ attempt: AuthenticationAttempt, _ token: Token) async throws(AuthorityFailure) -> Timestamp?

    /// Gives the profile of the customer whose token this is, as it is.
    func profile(_ token: Token) async throws(AuthorityFailure) -> JSONValue

    /// Begins a sign-in of a person at the authority itself.
    func beginSignIn(_ wish: SignInWish) async throws(AuthorityFailure) -> SignInOffer

    /// Asks what has become of a code that a person was given.
    func poll(_ code: DeviceCode) async throws(AuthorityFailure) -> SignInReply

    /// Redeems the code that a browser has brought back.
    func redeem(_ code: Secret, of request: BrowserRequest) async throws(AuthorityFailure) -> SignInReply

    /// Says who tokens are for that were given in a sign-in.
    func identify(_ issued: IssuedToken) async throws(AuthorityFailure) -> CustomerIdentity

    /// Finds out what there is to know of the authority before it is asked for anything; what time it was for it, `nil`
    /// where it did not say.
    func prepare() async throws(AuthorityFailure) -> Timestamp?

    /// What it has said of itself, to be stored for when it cannot be reached; `nil`: nothing.
    var metadata: JSONValue? { get }

    /// Ends a token; what time it was for the authority, `nil` where it did not say.
    func signOut(_ entry: OutboxEntry) async throws(AuthorityFailure) -> Timestamp?

    /// Lets go of connections: the machine has slept, or has another network.
    func dropConnections()
}

/// An authentication on its way to the authority.
package struct AuthenticationAttempt: Sendable, Equatable {
    /// What the caller shows.
    package enum Credentials: Sendable, Equatable {
        /// A password.
        case password(SignIn)
        /// A provider's token.
        case provider(Authenticate)
        /// A token of the authority's own, obtained elsewhere.
        case token(AuthenticateWithToken)
        /// Nothing but a name.
        case simple(SimpleAuthenticate)
        /// A password or a provider's token, to delete the account that is signed in.
        case deletion(DeleteAccount)
    }

    /// Names the attempt.
    package var id: UInt64
    /// What the caller shows.
    package var credentials: Credentials
    /// The UUID that is committed if it succeeds.
    package var uuid: CustomerUUID

    package init(id: UInt64, credentials: Credentials, uuid: CustomerUUID) {
        (self.id, self.credentials, self.uuid) = (id, credentials, uuid)
    }
}

/// What the authority decided.
package enum AuthenticationDecision: Sendable, Equatable {
    /// The customer is who they say: their token.
    case token(IssuedToken)
    /// Something else has to happen first; only the conditional form hears this.
    case condition(AuthenticationCondition, conditions: JSONValue?)
}

/// Why the authority gave no token.
package struct AuthorityFailure: Error, Sendable, Equatable {
    /// What it means for the session.
    package enum Meaning: Sendable, Equatable {
        /// The authority's own word: no. Ends the session whose token it is.
        case rejected
        /// Nothing is known: the network, the authority or something between has failed. Ends nothing.
        case unavailable
        /// This authority does not do that.
        case unsupported
        /// It knows this device's client no longer, or refuses what the configuration says: no customer can help that. Ends
        /// nothing.
        case misconfigured
    }

    /// What it is about.
    package enum Subject: Sendable, Equatable {
        /// What was asked: who shows a password, a token or a grant is refused, or this device's client is.
        case request
        /// This device's client, whoever it shows: it is not taken for whom it says it is.
        case client
        /// What was answered: it cannot be used, whoever asks.
        case answer
        /// What the authority says of itself: over when that can be read and used.
        case metadata
        /// That it does not say where something is that the configuration needs: over when it does.
        case endpoints
    }

    /// What it means for the session.
    package var meaning: Meaning
    /// One line for people, without any of the authority's own text.
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// How long the authority asked to be left alone; never more than ``RefreshPolicy/longestRetryAfter``.
    package var retryAfter: Duration?
    /// Its HTTP status; `nil` where there was none.
    package var status: Int?
    /// What it said about single parameters.
    package var fieldErrors: JSONValue?
    /// What time it was for the authority; `nil` where it did not say.
    package var serverTime: Timestamp?
    /// What it is about.
    package var subject: Subject
    /// Whether it may have been a no, said so that nobody can tell: repeated for long enough, it counts as one.
    package var mayBeRejection = false

    package init(
        _ meaning: Meaning, _ message: String, hint: String? = nil, retryAfter: Duration? = nil, status: Int? = nil,
        fieldErrors: JSONValue? = nil, serverTime: Timestamp? = nil, about subject: Subject = .request
    ) {
        (self.serverTime, self.subject) = (serverTime, subject)
        (self.meaning, self.message, self.hint) = (meaning, message, hint)
        self.retryAfter = retryAfter.map { min($0, RefreshPolicy.longestRetryAfter) }
        (self.status, self.fieldErrors) = (status, fieldErrors)
    }

    /// The name that a status shows for it, with the HTTP status where there was one.
    package var name: String {
        let word = meaning == .misconfigured ? "misconfigured" : errorName.rawValue
        return word + (status.map { " \($0)" } ?? "")
    }

    /// The error that a caller gets for it.
    var error: SessionError {
        let details = fieldErrors.map { [JSONMember("fieldErrors", $0)] } ?? []
        return SessionError(
            errorName, message, retryAfterSeconds: retryAfter.map { Int($0.secondsRoundedUp) }, hint: hint,
            details: details)
    }

    /// Whether it passes by itself, or by somebody's putting something right: nothing ends for it.
    var isTransient: Bool { meaning == .unavailable || meaning == .misconfigured }

    /// Whether it is an answer all the same.
    var isAnswer: Bool { meaning == .rejected || meaning == .misconfigured }

    /// Whether it is about what the authority says of itself, whatever was asked.
    var isAboutItself: Bool { subject == .metadata || subject == .endpoints }

    /// Whether it is about who somebody is, and not about a mistake in what was asked.
    var isAboutCredentials: Bool { meaning == .rejected && (status.map { $0 == 401 || $0 == 403 } ?? true) }

    /// The error's name.
    package var errorName: ErrorName {
        switch meaning {
        case .rejected: .authorityRejected
        case .unavailable, .misconfigured: .authorityUnavailable
        case .unsupported: .unsupported
        }
    }
}

extension Authority {
    /// Refused: there are no accounts to delete.
    package func deleteAccount(
        _ attempt: AuthenticationAttempt, _ token: Token
    ) async throws(AuthorityFailure) -> Timestamp? {
        throw AuthorityFailure(.unsupported, "this authority deletes no accounts")
    }

    /// Refused: there are no profiles.
    package func profile(_ token: Token) async throws(AuthorityFailure) -> JSONValue {
        throw AuthorityFailure(.unsupported, "this authority has no profiles")
    }

    /// Refused: nobody signs in there.
    package func beginSignIn(_ wish: SignInWish) async throws(AuthorityFailure) -> SignInOffer {
        throw .noSignInRequests
    }

    /// Refused: nobody signs in there.
    package func poll(_ code: DeviceCode) async throws(AuthorityFailure) -> SignInReply { throw .noSignInRequests }

    /// Refused: nobody signs in there.
    package func redeem(_ code: Secret, of request: BrowserRequest) async throws(AuthorityFailure) -> SignInReply {
        throw .noSignInRequests
    }

    /// Refused: nobody signs in there.
    package func identify(_ issued: IssuedToken) async throws(AuthorityFailure) -> CustomerIdentity {
        throw .noSignInRequests
    }

    /// Nothing: there is nothing to find out.
    package func prepare() async throws(AuthorityFailure) -> Timestamp? { nil }

    /// Nothing.
    package var metadata: JSONValue? { nil }

    /// Nothing: there is nobody to tell.
    package func signOut(_ entry: OutboxEntry) async throws(AuthorityFailure) -> Timestamp? { nil }

    /// Nothing: there are no connections.
    package func dropConnections() {}
}

extension AuthorityFailure {
    fileprivate static let noSignInRequests = AuthorityFailure(
        .unsupported, "nobody signs in at this authority itself", hint: "session.signIn takes the customer's password")
}
