// SPDX-License-Identifier: Apache-2.0

import SessionCore
import SessionProtocol

extension SessionService {
    func submit(
        _ call: SessionCall, _ incoming: Incoming, _ place: (batch: Batch, index: Int)?
    ) throws(SessionError) {
        guard let session, let loop else { throw SessionError(.internalError, "there is no session") }
        let connection = incoming.connection
        guard connection.inFlight < loop.limits.inFlightPerConnection else {
            let limit = loop.limits.inFlightPerConnection
            throw SessionError(
                .limitExceeded, "\(limit) requests of this connection wait already", retryAfterSeconds: 1,
                hint: "wait for answers, or raise InFlightPerConnection= in [Limits]")
        }
        let deadline = now + incoming.patience
        lastCall += 1
        pending[lastCall] = PendingCall(
            connection: connection, method: incoming.method, id: incoming.id, place: place, deadline: deadline)
        connection.inFlight += 1
        place?.batch.expect()
        nextDeadline = min(nextDeadline ?? deadline, deadline)
        let (mailbox, id) = (loop.mailbox, lastCall)
        session.submit(id, call) { mailbox.post(.reply(id, $0)) }
    }

    func deadlinePassed(at now: Duration) {
        for (id, call) in pending where call.deadline.map({ $0 <= now }) ?? false {
            if call.method.isAuthentication {
                // Whether it has had its effect by now is the session's to say; it answers.
                pending[id]?.deadline = nil
                session?.abandon(id, deadlinePassed: true)
            } else {
                session?.abandon(id, deadlinePassed: false)
                complete(id, .failure(.deadlineExceeded(call.method)))
            }
        }
        nextDeadline = pending.values.compactMap(\.deadline).min()
    }

    func closed(_ connection: Connection<Caller>) {
        guard connection.inFlight > 0 else { return }
        for (id, call) in pending where call.connection === connection {
            pending[id] = nil
            session?.abandon(id, deadlinePassed: false)
        }
    }

    func complete(_ id: CallID, _ result: Result<any SessionResponse, SessionError>) {
        guard let call = pending.removeValue(forKey: id) else { return }
        if pending.isEmpty { nextDeadline = nil }
        call.connection.inFlight -= 1
        let result = isStopping ? result.mapError(\.endedByStop) : result
        note(result, of: call)
        let line = call.id.map { id in
            switch result {
            case .success(let response): ResponseLine.line(id: id, result: response.json)
            case .failure(let error): ResponseLine.line(id: id, error: error)
            }
        }
        if let place = call.place {
            let isLast = place.batch.complete(line, at: place.index)
            loop?.send(isLast ? place.batch.line : [], to: call.connection)
        } else {
            loop?.send(line ?? [], to: call.connection)
        }
    }

    private func note(_ result: Result<any SessionResponse, SessionError>, of call: PendingCall) {
        var refusal: ErrorName?
        if case .failure(let error) = result { refusal = error.name }
        if call.method.isMutation {
            var generation: Int64?
            if case .available(let snapshot) = state { generation = snapshot.record.generation }
            journal.answered(
                call.method, by: call.connection.peer, outcome: refusal, generation: generation)
        } else if call.method == .retrieveToken, refusal == nil {
            noteTokenRead(call.connection)
        }
    }
}

extension SessionError {
    fileprivate static func deadlineExceeded(_ method: Method) -> SessionError {
        guard method.isMutation else { return SessionError(.deadlineExceeded, "there was no answer in time") }
        return SessionError(
            .deadlineExceeded, "there was no answer in time; the change will still be made, or has been",
            details: [JSONMember("outcome", .string("unknown"))])
    }

    /// What a deadline is called that came early because the daemon stops.
    fileprivate var endedByStop: SessionError {
        guard name == .deadlineExceeded else { return self }
        return SessionError(
            .shuttingDown, "the daemon is stopping: \(message)", retryAfterSeconds: 1, details: details)
    }
}
