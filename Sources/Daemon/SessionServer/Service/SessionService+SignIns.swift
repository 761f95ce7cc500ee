// SPDX-License-Identifier: Apache-2.0

import LineServer
import SessionProtocol
import SessiondPrimitives

extension SessionService {
    /// Refuses a sign-in of a user, or of pages, whose last ones have failed, until it is time again.
    ///
    /// Root and the daemon's own user are not held up: they have the session anyway.
    func refuseGuessing(_ incoming: Incoming) throws(SessionError) {
        guard FailedSignIns.guessable.contains(incoming.method), !incoming.caller.isTrusted,
            let wait = records.signIns.wait(of: incoming.caller.identity, at: now)
        else { return }
        throw SessionError(
            .limitExceeded, "too many sign-ins of \(incoming.caller.identity) have failed",
            retryAfterSeconds: Int(wait.secondsRoundedUp),
            hint: "wait, or see FailedSignIns= in [Limits]")
    }

    /// Counts a sign-in that the authority has refused, and forgets those before one that it has not.
    func noteSignIn(_ result: Result<any SessionResponse, SessionError>, of call: PendingCall) {
        guard FailedSignIns.guessable.contains(call.method) else { return }
        let caller = call.connection.caller.identity
        switch result {
        case .failure(let error) where error.name == .authorityRejected: records.signIns.failed(caller, at: now)
        case .success(let answer): noteSignIn(answer as? AuthenticationAnswer, by: caller)
        case .failure: break
        }
    }

    private func noteSignIn(_ answer: AuthenticationAnswer?, by caller: CallerIdentity) {
        switch answer {
        case .conditional(.unauthorized, _, _): records.signIns.failed(caller, at: now)
        case .status, .conditional(.success, _, _): records.signIns.succeeded(caller)
        // The account was right, and is not ready; or was deleted, and says nothing about the next one.
        case .conditional, nil: break
        }
    }
}
