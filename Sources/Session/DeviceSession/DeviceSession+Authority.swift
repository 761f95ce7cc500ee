// SPDX-License-Identifier: Apache-2.0

import SessionMachine

extension DeviceSession {
    func startFlight(_ flight: Flight) {
        guard let uuid = machine?.record.uuid, let authority else { return }
        Task {
            let result = await Result.of { () async throws(AuthorityFailure) in
                switch flight.kind {
                case .login: try await authority.logInAnonymously(uuid: uuid)
                case .refresh(let token): try await authority.refresh(token)
                }
            }
            note(result.failure, of: flight)
            step(.flightEnded(flight.id, result))
            keepMetadata(of: authority, asked: flight.id)
        }
    }

    private func note(_ failure: AuthorityFailure?, of flight: Flight) {
        switch flight.kind {
        case .login: counts.logins.note(failure)
        case .refresh: counts.refreshes.note(failure)
        }
    }

    func startAuthentication(_ attempt: AuthenticationAttempt) {
        guard let authority else { return }
        authentications[attempt.id] = Task {
            let result = await Result.of { () async throws(AuthorityFailure) in
                try await authority.authenticate(attempt)
            }
            authentications[attempt.id] = nil
            step(.authenticationEnded(attempt.id, result))
        }
    }

    func startDeletion(_ attempt: AuthenticationAttempt, _ token: Token) {
        guard let authority else { return }
        authentications[attempt.id] = Task {
            let result = await Result.of { () async throws(AuthorityFailure) in
                try await authority.deleteAccount(attempt, token)
            }
            authentications[attempt.id] = nil
            step(.deletionEnded(attempt.id, result))
        }
    }

    func beginSignIn(_ id: UInt64, _ wish: SignInWish) {
        guard let authority else { return }
        Task {
            let result = await Result.of { () async throws(AuthorityFailure) in try await authority.beginSignIn(wish) }
            step(.signInBegun(id, result))
            keepMetadata(of: authority, asked: id)
        }
    }

    func startSignInStep(_ signInStep: SignInStep) {
        guard let authority else { return }
        Task {
            let result: SignInStepResult
            do throws(AuthorityFailure) {
                switch signInStep.kind {
                case .poll(let code): result = .reply(try await authority.poll(code))
                case .redeem(let code, let request): result = .reply(try await authority.redeem(code, of: request))
                case .identify(let issued): result = .identity(try await authority.identify(issued))
                }
            } catch {
                result = .failure(error)
            }
            step(.signInStepEnded(signInStep, result))
            keepMetadata(of: authority, asked: signInStep.id)
        }
    }

    func prepareAuthority(_ id: UInt64) {
        guard let authority else { return }
        Task {
            let result = await Result.of { () async throws(AuthorityFailure) in try await authority.prepare() }
            step(.preparationEnded(id, result))
            keepMetadata(of: authority, asked: id)
        }
    }

    // What the authority has said of itself goes where the session is.
    private func keepMetadata(of authority: any Authority, asked id: UInt64) {
        guard let metadata = authority.metadata, metadata != machine?.record.authorityMetadata else { return }
        step(.metadataLearned(id, metadata))
    }

    func fetchProfile(_ id: CallID, _ token: Token) {
        guard let authority else { return }
        Task {
            let result = await Result.of { () async throws(AuthorityFailure) in try await authority.profile(token) }
            step(.profileEnded(id, result))
        }
    }

    func deliver(_ entry: OutboxEntry) {
        guard let authority else { return }
        Task {
            let result = await Result.of { () async throws(AuthorityFailure) in try await authority.signOut(entry) }
            step(.deliveryEnded(entry.id, result))
        }
    }
}

extension Result where Failure == AuthorityFailure, Success: Sendable {
    /// What comes of asking an authority.
    fileprivate static func of(
        _ body: @Sendable () async throws(AuthorityFailure) -> Success
    ) async -> Result<Success, AuthorityFailure> {
        do throws(AuthorityFailure) { return .success(try await body()) } catch { return .failure(error) }
    }
}
