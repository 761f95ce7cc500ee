// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

/// An authority whose every answer the test gives.
final class ScriptedAuthority: Authority {
    /// What it was asked, and how to answer it.
    enum Request: Sendable {
        case login(CustomerUUID, CheckedContinuation<Result<IssuedToken, AuthorityFailure>, Never>)
        case refresh(Token, CheckedContinuation<Result<IssuedToken, AuthorityFailure>, Never>)
        case authenticate(
            AuthenticationAttempt, CheckedContinuation<Result<AuthenticationDecision, AuthorityFailure>, Never>)
        case delete(Token, CheckedContinuation<Result<Timestamp?, AuthorityFailure>, Never>)
        case profile(Token, CheckedContinuation<Result<JSONValue, AuthorityFailure>, Never>)
        case signOut(OutboxEntry, CheckedContinuation<Result<Timestamp?, AuthorityFailure>, Never>)
    }

    let traits: AuthorityTraits
    let publicKey: JSONValue? = .string("public")
    let signingKey: Secret?
    private let requests: AsyncStream<Request>
    private let asked: AsyncStream<Request>.Continuation
    private let tokenCount = Watched(0)

    init(traits: AuthorityTraits = MachineBench.ending, signingKey: Secret? = nil) {
        (self.traits, self.signingKey) = (traits, signingKey)
        (requests, asked) = AsyncStream.makeStream()
    }

    func logInAnonymously(uuid: CustomerUUID) async throws(AuthorityFailure) -> IssuedToken {
        try await withCheckedContinuation { asked.yield(.login(uuid, $0)) }.get()
    }

    func refresh(_ token: Token) async throws(AuthorityFailure) -> IssuedToken {
        try await withCheckedContinuation { asked.yield(.refresh(token, $0)) }.get()
    }

    func authenticate(_ attempt: AuthenticationAttempt) async throws(AuthorityFailure) -> AuthenticationDecision {
        try await withCheckedContinuation { asked.yield(.authenticate(attempt, $0)) }.get()
    }

    func deleteAccount(
        _ attempt: AuthenticationAttempt, _ token: Token
    ) async throws(AuthorityFailure) -> Timestamp? {
        try await withCheckedContinuation { asked.yield(.delete(token, $0)) }.get()
    }

    func profile(_ token: Token) async throws(AuthorityFailure) -> JSONValue {
        try await withCheckedContinuation { asked.yield(.profile(token, $0)) }.get()
    }

    func signOut(_ entry: OutboxEntry) async throws(AuthorityFailure) -> Timestamp? {
        try await withCheckedContinuation { asked.yield(.signOut(entry, $0)) }.get()
    }

    /// Waits for the next request.
    func next() async -> Request? {
        var iterator = requests.makeAsyncIterator()
        return await iterator.next()
    }

    /// Waits for the next request and grants it; says what it was.
    @discardableResult
    func grantNext(lifetime: Duration = MachineBench.lifetime) async -> Request? {
        let request = await next()
        switch request {
        case .login(_, let answer): answer.resume(returning: .success(token(.anonymous, lifetime)))
        case .refresh(let token, let answer):
            answer.resume(returning: .success(self.token(token.issued.origin, lifetime)))
        case .authenticate(let attempt, let answer):
            let token = token(attempt.credentials.expectedOrigin, lifetime)
            answer.resume(returning: .success(.token(token)))
        case .delete(_, let answer), .signOut(_, let answer): answer.resume(returning: .success(nil))
        case .profile(_, let answer): answer.resume(returning: .success(.string("profile")))
        case nil: break
        }
        return request
    }

    /// Waits for the next request and fails it; says what it was.
    @discardableResult
    func failNext(_ failure: AuthorityFailure) async -> Request? {
        let request = await next()
        switch request {
        case .login(_, let answer), .refresh(_, let answer): answer.resume(returning: .failure(failure))
        case .authenticate(_, let answer): answer.resume(returning: .failure(failure))
        case .delete(_, let answer), .signOut(_, let answer): answer.resume(returning: .failure(failure))
        case .profile(_, let answer): answer.resume(returning: .failure(failure))
        case nil: break
        }
        return request
    }

    private func token(_ origin: TokenOrigin, _ lifetime: Duration) -> IssuedToken {
        let number = tokenCount.change { count in
            count += 1
            return count
        }
        return IssuedToken(
            secret: Secret("token-\(number)"), origin: origin, expiresAt: Timestamp(secondsSince1970: 1_795_420_000),
            lifetime: lifetime)
    }
}
