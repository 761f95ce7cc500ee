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
        guard let session = owner.session else { throw SessionError(.internalError, "there is no session") }
        try refuseGuessing(incoming)
        let id = try expectAnswer(to: incoming, place)
        session.submit(id, call) { [mailbox] in mailbox.post(.reply(id, $0)) }
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
        let call = PendingCall(
            connection: connection, method: incoming.method, isMutation: isMutation ?? incoming.method.isMutation,
            id: incoming.id, place: place, since: now)
        let id = calls.add(call, until: now + incoming.patience)
        connection.inFlight += 1
        connection.caller.calls.insert(id)
        place?.batch.expect()
        return id
    }

    var nextDeadline: Duration? {
        guard let report = records.journal.nextReport, let deadline = calls.earliestDeadline else {
            return records.journal.nextReport ?? calls.earliestDeadline
        }
        return min(report, deadline)
    }

    func deadlinePassed(at now: Duration) {
        records.journal.reportDenials(at: now)
        while let id = calls.takeDue(at: now) {
            guard let call = calls[id], !call.isOrphaned else { continue }
            if call.method.isAuthentication {
                // Whether it has had its effect by now is the session's to say; it answers.
                owner.session?.abandon(id, deadlinePassed: true)
            } else {
                owner.session?.abandon(id, deadlinePassed: false)
                complete(id, .failure(.deadlineExceeded(isMutation: call.isMutation)))
            }
        }
        calls.forgetDeadlines()
    }

    func closed(_ connection: Connection) {
        watchers.remove(connection)
        pages.remove(connection.caller.identity)
        for id in connection.caller.calls.sorted() { abandon(id) }
        calls.forgetDeadlines()
    }

    /// Takes note that nobody waits for a call any longer.
    private func abandon(_ id: CallID) {
        guard let call = calls[id] else { return }
        guard call.isMutation else {
            calls[id] = nil
            records.counts.abandoned(call.method)
            owner.session?.abandon(id, deadlinePassed: false)
            return
        }
        // It may still change the session: who did that, and what became of it, is noted.
        calls[id]?.isOrphaned = true
        if call.method.isAuthentication { owner.session?.abandon(id, deadlinePassed: true) }
    }

    func complete(_ id: CallID, _ result: Result<any SessionResponse, SessionError>) {
        guard let call = calls.remove(id) else { return }
        call.connection.inFlight -= 1
        call.connection.caller.calls.remove(id)
        // The memory is given back: an idle connection costs next to nothing.
        if call.connection.caller.calls.isEmpty { call.connection.caller.calls = [] }
        var result = life.isStopping ? result.mapError(\.endedByStop) : result
        if !call.isMutation, let denial = denial(of: call.method, on: call.connection) {
            noteDenial(of: call.method, to: call.connection)
            result = .failure(denial)
        }
        noteSignIn(result, of: call)
        note(result, of: call)
        // What was changed is noted as it was, and told without what could be read in the answer.
        if call.isMutation, result.failure == nil, let denial = denial(of: call.method, on: call.connection) {
            result = .failure(denial.ofChange)
        }
        let line = call.id.map { id in
            switch result {
            case .success(let response): ResponseLine.line(id: id, result: response.json)
            case .failure(let error): ResponseLine.line(id: id, error: error)
            }
        }
        guard let place = call.place else {
            loop?.send(line ?? [], to: call.connection)
            return
        }
        let isLast = place.batch.complete(line, at: place.index)
        place.batch.note(published.generation, at: now, of: place.index, isError: result.failure != nil)
        if isLast, !call.isOrphaned { finish(place.batch, on: call.connection) }
        // Also where nothing was sent: there is one call less.
        loop?.send([], to: call.connection)
    }

    // Who has lost the right to what was asked for gets the answer no longer; but what came of a reload, which may have
    // taken it, has nothing of the session in it.
    func denial(of method: Method, on connection: Connection) -> SessionError? {
        guard method != .reload, let capability = method.capability, !connection.capabilities.contains(capability)
        else { return nil }
        return denial(of: capability, to: connection.caller)
    }

    private func note(_ result: Result<any SessionResponse, SessionError>, of call: PendingCall) {
        var refusal: ErrorName?
        if case .failure(let error) = result { refusal = error.name }
        // Its own word for it: nobody's deadline has passed.
        if call.isOrphaned, refusal == .deadlineExceeded { refusal = .superseded }
        records.counts.completed(call.method, refusal, after: now - call.since)
        if call.method.isMutation, call.method != .reload {
            records.journal.answered(
                call.method, by: call.connection.caller, outcome: refusal, generation: published.generation)
        } else if call.method == .retrieveToken, refusal == nil, call.id != nil {
            noteTokenRead(call.connection, onBehalfOf: call.connection.caller.origin)
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

    /// A denial to whoever has lost the right while what they had asked for was carried out.
    var ofChange: SessionError {
        SessionError(
            name, "\(message) any more; what was asked for before was carried out", hint: hint,
            details: details + [JSONMember("outcome", .string("done"))])
    }

    /// What a deadline is called that came early because the daemon stops.
    fileprivate var endedByStop: SessionError {
        guard name == .deadlineExceeded else { return self }
        return SessionError(
            .shuttingDown, "the daemon is stopping: \(message)", retryAfterSeconds: 1, details: details)
    }
}
