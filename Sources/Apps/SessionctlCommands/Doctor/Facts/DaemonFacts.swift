// SPDX-License-Identifier: Apache-2.0

import SessionClient
import SessionProtocol

/// What the daemon says of itself; nothing that changes anything is asked.
struct DaemonFacts: Sendable {
    /// An answer, or why there is none.
    typealias Answer<Response> = Result<Response, ClientError>

    /// Its greeting.
    let hello: Answer<HelloAnswer>
    /// What runs.
    let info: Answer<InfoAnswer>
    /// How the session stands.
    let status: Answer<SessionStatus>
    /// What stands in the way.
    let health: Answer<HealthAnswer>

    /// Whether somebody answers, an error included.
    var answers: Bool {
        guard case .failure(let error) = hello else { return true }
        return error.sessionError != nil
    }

    /// The problem of a name that the daemon sees itself; `nil`: none, or it cannot be asked.
    func problem(_ name: ErrorName) -> String? {
        (try? health.get())?.problems.first { $0.name == name.rawValue }?.hint
    }

    /// The daemon's error of a name, whatever it answered with it.
    func error(_ name: ErrorName) -> SessionError? {
        let errors = [hello.error, info.error, status.error, health.error]
        return errors.compactMap { $0?.sessionError }.first { $0.name == name }
    }
}

extension DaemonFacts {
    /// Asks, and waits so long for all answers; where nobody answers the first question, the others are not asked.
    init(asking client: BlockingSessionClient, within limit: Duration) {
        let start = ContinuousClock.now
        var left = limit
        func ask<Request: SessionRequest>(_ request: Request) -> Answer<Request.Response> {
            defer { left = max(limit - start.duration(to: .now), .milliseconds(1)) }
            return Answer { () throws(ClientError) in try client.call(request, deadline: left) }
        }
        hello = ask(Hello(client: "sessionctl/\(Product.version)"))
        if case .failure(let error) = hello, error.sessionError == nil {
            (info, status, health) = (.failure(error), .failure(error), .failure(error))
        } else {
            (info, status, health) = (ask(GetInfo()), ask(GetStatus()), ask(GetHealth()))
        }
    }
}

extension Result {
    fileprivate var error: Failure? {
        guard case .failure(let error) = self else { return nil }
        return error
    }
}
