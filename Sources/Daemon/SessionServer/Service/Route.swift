// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessionProtocol

/// How one method is handled. The request's type fixes the type of its answer.
struct Route: Sendable {
    /// What comes of a request.
    enum Outcome {
        /// It is answered at once.
        case answer(any SessionResponse)
        /// It is answered at once, and lines follow that nobody asked for one by one.
        case answerThen(any SessionResponse, lines: [UInt8])
        /// It is answered at once, with bytes that are the result already.
        case answerPrepared([UInt8])
        /// The session's owner answers it.
        case submit(SessionCall)
        /// The configuration is read again, or only tried; that is answered.
        case reload(dryRun: Bool)
    }

    let handle: @Sendable (Incoming, SessionService) throws(SessionError) -> Outcome

    /// A method that is answered on the loop.
    static func answering<Request: SessionRequest>(
        _ type: Request.Type,
        _ answer: @escaping @Sendable (Request, Incoming, SessionService) throws(SessionError) -> Request.Response
    ) -> (Method, Route) {
        (
            Request.method,
            Route { (incoming, service) throws(SessionError) in
                return .answer(try answer(try Request(parameters: incoming.parameters), incoming, service))
            }
        )
    }

    /// A method that the session's owner answers.
    static func submitting<Request: SessionRequest>(
        _ type: Request.Type, _ call: @escaping @Sendable (Request, Incoming) throws(SessionError) -> SessionCall
    ) -> (Method, Route) {
        (
            Request.method,
            Route { (incoming, _) throws(SessionError) in
                .submit(try call(try Request(parameters: incoming.parameters), incoming))
            }
        )
    }
}
