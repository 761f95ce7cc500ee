// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

extension SessionMachine {
    /// An answer with what the session says itself filled in.
    ///
    /// - Parameter durable: Whether the state is stored.
    package func response(
        to answer: SessionAnswer, durable: Bool, at now: Moment
    ) -> Result<any SessionResponse, SessionError> {
        switch answer {
        case .failure(let error): .failure(error)
        case .status: .success(status(at: now))
        case .authenticated(let conditional):
            .success(
                conditional
                    ? AuthenticationAnswer.conditional(.success, conditions: nil, session: status(at: now))
                    : AuthenticationAnswer.status(status(at: now)))
        case .condition(let condition, let conditions):
            .success(AuthenticationAnswer.conditional(condition, conditions: conditions, session: status(at: now)))
        case .newCustomer:
            .success(NewCustomerAnswer(uuid: record.uuid, generation: record.generation, durable: durable))
        case .signedOut(let changed, let authority):
            .success(
                SignOutAnswer(
                    changed: changed, durable: durable, authority: authority, uuid: record.uuid,
                    generation: record.generation))
        case .token(let token): .success(token)
        case .facts(let facts): .success(facts)
        case .signInRequest(let joined): signInRequest(joined: joined, at: now)
        case .cancelledSignIn(let cancelled): .success(CancelSignInAnswer(cancelled: cancelled))
        case .profile(let profile): .success(ProfileAnswer(profile: profile))
        }
    }

    private func signInRequest(joined: Bool, at now: Moment) -> Result<any SessionResponse, SessionError> {
        guard let pending = record.pendingSignIn else {
            return .failure(SessionError(.superseded, "the sign-in has ended meanwhile"))
        }
        return .success(SignInRequestAnswer(pending.request(isForItsApp: true, at: now), joined: joined))
    }

    private func status(at now: Moment) -> SessionStatus { snapshot(at: now).status(at: now) }
}
