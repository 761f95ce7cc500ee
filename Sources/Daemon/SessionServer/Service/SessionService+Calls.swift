// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

extension SessionService {
    func submit(
        _ call: SessionCall, _ incoming: Incoming, _ place: (batch: Batch, index: Int)?
    ) throws(SessionError) {
        guard let session, let loop else { throw SessionError(.internalError, "there is no session") }
        try refuseGuessing(incoming)
        let (mailbox, id) = (loop.mailbox, try expectAnswer(to: incoming, place))
        session.submit(id, call) { mailbox.post(.reply(id, $0)) }
    }

    /// Notes a call that is answered later, by ``complete(_:_:)``; it may change something where its method says so, unless
    /// it says otherwise itself.
    func expectAnswer(
        to incoming: Incoming, _ place: (batch: Batch, index: Int)?, isMutation: Bool? = nil
    ) throws(SessionError) -> CallID {
        guard let loop else { throw SessionError(.internalError, "there is no loop") }
        let connection = incoming.connection
        guard connection.inFlight < loop.limits.inFlightPerConnection else {
            let limit = loop.limits.inFlightPerConnection
            throw SessionError(
                .limitExceeded, "\(limit) requests of this connection wait already", retryAfterSeconds: 1,
                hint: "wait for answers, or raise InFlightPerConnection= in [Limits]")
        }
        lastCall += 1
        pending[lastCall] = PendingCall(
            connection: connection, method: incoming.method, isMutation: isMutation ?? incoming.method.isMutation,
            id: incoming.id, place: place, since: now)
        connection.inFlight += 1
        connection.context.calls.insert(lastCall)
        place?.batch.expect()
        deadlines.add(lastCall, at: now + incoming.patience)
        return lastCall
    }

    var nextDeadline: Duration? {
        guard let report = journal.nextReport, let deadline = deadlines.earliest else {
            return journal.nextReport ?? deadlines.earliest
        }
        return min(report, deadline)
    }

    func deadlinePassed(at now: Duration) {
        journal.reportDenials(at: now)
        while let id = deadlines.takeDue(at: now) {
            guard let call = pending[id], !call.isOrphaned else { continue }
            if call.method.isAuthentication {
                // Whether it has had its effect by now is the session's to say; it answers.
                session?.abandon(id, deadlinePassed: true)
            } else {
                session?.abandon(id, deadlinePassed: false)
                complete(id, .failure(.deadlineExceeded(isMutation: call.isMutation)))
            }
        }
        forgetDeadlines()
    }

    func closed(_ connection: Connection<Caller>) {
        watchers.remove(connection)
        for id in connection.context.calls.sorted() { abandon(id) }
        forgetDeadlines()
    }

    /// Takes note that nobody waits for a call any longer.
    private func abandon(_ id: CallID) {
        guard let call = pending[id] else { return }
        guard call.isMutation else {
            pending[id] = nil
            counts.abandoned(call.method)
            session?.abandon(id, deadlinePassed: false)
            return
        }
        // It may still change the session: who did that, and what became of it, is noted.
        pending[id]?.isOrphaned = true
        if call.method.isAuthentication { session?.abandon(id, deadlinePassed: true) }
    }

    private func forgetDeadlines() {
        deadlines.forget(waiting: pending.count) { pending[$0].map(\.isOrphaned) ?? true }
    }

    func complete(_ id: CallID, _ result: Result<any SessionResponse, SessionError>) {
        guard let call = pending.removeValue(forKey: id) else { return }
        forgetDeadlines()
        call.connection.inFlight -= 1
        call.connection.context.calls.remove(id)
        // The memory is given back: an idle connection costs next to nothing.
        if call.connection.context.calls.isEmpty { call.connection.context.calls = [] }
        var result = isStopping ? result.mapError(\.endedByStop) : result
        if let denial = denial(of: call) { result = .failure(denial) }
        noteSignIn(result, of: call)
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

    // Who may not read any longer what was asked for gets it no longer; what was changed is said all the same.
    private func denial(of call: PendingCall) -> SessionError? {
        let caller = call.connection.context
        guard !call.isMutation, let capability = call.method.capability,
            !caller.capabilities.contains(capability)
        else { return nil }
        noteDenial(of: capability, for: call.method, to: caller.peer)
        return access.denial(of: capability, to: caller.peer.credentials, isObserver: caller.isObserver)
    }

    private func note(_ result: Result<any SessionResponse, SessionError>, of call: PendingCall) {
        var refusal: ErrorName?
        if case .failure(let error) = result { refusal = error.name }
        // Its own word for it: nobody's deadline has passed.
        if call.isOrphaned, refusal == .deadlineExceeded { refusal = .superseded }
        counts.completed(call.method, refusal, after: now - call.since)
        if call.method.isMutation, call.method != .reload {
            journal.answered(call.method, by: call.connection.peer, outcome: refusal, generation: generation)
        } else if call.method == .retrieveToken, refusal == nil, call.id != nil {
            noteTokenRead(call.connection)
        }
    }
}

extension SessionError {
    fileprivate static func deadlineExceeded(isMutation: Bool) -> SessionError {
        guard isMutation else { return SessionError(.deadlineExceeded, "there was no answer in time") }
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
