// SPDX-License-Identifier: Apache-2.0

import SessionCore
import SessionProtocol

/// Answers requests: reads out of the session's snapshot, on the loop's thread; everything else by the session's owner.
final class SessionService: LineService {
    let facts: ServerFacts
    var access: AccessPolicy
    var journal: ServerJournal
    weak var loop: EventLoop<SessionService>?
    /// Who decides; `nil` where the configuration cannot be used.
    var session: DeviceSession?
    /// The session as it was published last; `nil` before the first time.
    var state: SessionState?
    var isStopping = false
    var hooks: ServerHooks
    let routes = Route.table
    private(set) var pending: [CallID: PendingCall] = [:]
    private(set) var nextDeadline: Duration?
    private var scanner = EnvelopeScanner()
    private var lastCall: CallID = 0
    private var preparedToken = PreparedAnswer()
    private var preparedStatus = PreparedAnswer()
    private var preparedUUID = PreparedAnswer()
    // Who has had the token of this generation, so that each is logged once.
    private var tokenReaders: (generation: Int64, users: Set<UInt32>) = (0, [])
    private var lastStatusLine = ""

    init(facts: ServerFacts, access: AccessPolicy, journal: ServerJournal, hooks: ServerHooks) {
        (self.facts, self.access, self.journal, self.hooks) = (facts, access, journal, hooks)
    }

    var now: Duration { loop?.now ?? .zero }

    /// The session's snapshot.
    ///
    /// - Throws: ``SessionError`` named `storeLocked` where what is stored cannot be read.
    func snapshot() throws(SessionError) -> SessionSnapshot {
        switch state {
        case .available(let snapshot): return snapshot
        case .locked(let error): throw error
        case nil: throw SessionError(.internalError, "the session has not begun")
        }
    }

    func accept(_ peer: Peer, by role: ListenerRole) -> Caller {
        let capabilities = access.capabilities(of: peer, isObserver: role == .observer)
        return Caller(
            peer: peer, isObserver: role == .observer, isTrusted: access.isTrusted(peer),
            capabilities: CapabilitySet(capabilities))
    }

    func isPrivileged(_ peer: Peer) -> Bool {
        access.capabilities(of: peer, isObserver: false).contains(.admin)
    }

    func complaint(about fault: ConnectionFault) -> [UInt8] {
        ResponseLine.line(id: Array("null".utf8), error: fault.error)
    }

    // MARK: Requests

    func receive(_ line: Span<UInt8>, from connection: Connection<Caller>, output: inout [UInt8]) {
        do throws(JSONError) {
            switch try scanner.scan(line) {
            case .single(let envelope): receive(envelope, line, connection, nil, &output)
            case .batch: receiveBatch(line, connection, &output)
            }
        } catch {
            let refusal = SessionError(.parseError, "the line is not JSON: \(error)")
            output += ResponseLine.line(id: Array("null".utf8), error: refusal)
        }
        connection.context.hasSpoken = true
    }

    private func receiveBatch(_ line: Span<UInt8>, _ connection: Connection<Caller>, _ output: inout [UInt8]) {
        let envelopes = scanner.batch
        let batch = Batch(entries: envelopes.count)
        for (index, envelope) in envelopes.enumerated() {
            var answer: [UInt8] = []
            receive(envelope, line, connection, (batch, index), &answer)
            if !answer.isEmpty { batch.put(answer, at: index) }
        }
        if batch.isComplete { output += batch.line }
    }

    private func receive(
        _ envelope: Envelope, _ line: Span<UInt8>, _ connection: Connection<Caller>,
        _ place: (batch: Batch, index: Int)?, _ output: inout [UInt8]
    ) {
        if answerAtOnce(envelope, line, connection, &output) { return }
        // What is no request has no id either, whatever it says (JSON-RPC 2.0 §5).
        let id = envelope.problem == nil ? envelope.id.map { line.bytes(in: $0) } : nil
        do throws(SessionError) {
            let incoming = try admit(envelope, line, connection, id, isInBatch: place != nil)
            switch try routes[incoming.method].handle(incoming, self) {
            case .answer(let response): append(response.json, to: id, &output)
            case .submit(let call): try submit(call, incoming, place)
            }
        } catch {
            note(error, envelope, connection)
            if envelope.isNotification { return }
            output += ResponseLine.line(id: id ?? Array("null".utf8), error: error)
        }
    }

    private func append(_ result: [UInt8], to id: [UInt8]?, _ output: inout [UInt8]) {
        guard let id else { return }
        output += ResponseLine.line(id: id, result: result)
    }

    /// Refuses what is no request, not allowed, or not possible now.
    private func admit(
        _ envelope: Envelope, _ line: Span<UInt8>, _ connection: Connection<Caller>, _ id: [UInt8]?, isInBatch: Bool
    ) throws(SessionError) -> Incoming {
        if let problem = envelope.problem { throw SessionError(.invalidRequest, problem.rawValue) }
        guard case .method(let method) = envelope.target else {
            throw SessionError(.methodNotFound, "there is no such method", hint: "see sessiond-protocol(7)")
        }
        if isStopping { throw SessionError(.shuttingDown, "the daemon is stopping", retryAfterSeconds: 1) }
        try facts.refuseUnusable(method, connection.context)
        if let capability = method.capability, !connection.context.capabilities.contains(capability) {
            throw AccessPolicy.denial(
                of: capability, to: connection.peer, isObserver: connection.context.isObserver)
        }
        return try Incoming(
            connection: connection, method: method, id: id, isInBatch: isInBatch,
            parameters: parameters(envelope.parameters, line))
    }

    private func parameters(
        _ parameters: Envelope.Parameters, _ line: Span<UInt8>
    ) throws(SessionError) -> [JSONMember] {
        switch parameters {
        case .absent: return []
        case .array:
            throw SessionError(
                .invalidParams, "parameters go by name: \"params\" must be an object",
                details: [JSONMember("member", .string("params")), JSONMember("reason", .string("is an array"))])
        case .object(let range):
            do throws(JSONError) {
                return try JSONValue(parsing: line.extracting(range)).members ?? []
            } catch {
                throw SessionError(.parseError, "the line is not JSON: \(error)")
            }
        }
    }

    private func note(_ error: SessionError, _ envelope: Envelope, _ connection: Connection<Caller>) {
        guard case .method(let method) = envelope.target else { return }
        if error.name == .permissionDenied, let capability = method.capability {
            journal.denied(method, capability, to: connection.peer, at: now)
        } else if method.isMutation {
            journal.answered(method, by: connection.peer, outcome: error.name, generation: nil)
        }
    }
}

// MARK: - Reads from prepared bytes

extension SessionService {
    /// Answers the plain reads from bytes that are encoded already; anything that needs a second look is left alone.
    private func answerAtOnce(
        _ envelope: Envelope, _ line: Span<UInt8>, _ connection: Connection<Caller>, _ output: inout [UInt8]
    ) -> Bool {
        guard case .method(let method) = envelope.target, envelope.parameters == .absent, envelope.problem == nil,
            let id = envelope.id, !isStopping, facts.unusable == nil
        else { return false }
        switch method {
        case .retrieveToken:
            guard connection.context.capabilities.contains(.tokenRead), prepareToken() else { return false }
            preparedToken.append(id: line.extracting(id), to: &output)
            noteTokenRead(connection)
        case .status:
            guard connection.context.capabilities.contains(.identityRead), prepareStatus() else { return false }
            preparedStatus.append(id: line.extracting(id), to: &output)
        case .getUUID:
            guard connection.context.capabilities.contains(.identityRead), prepareUUID() else { return false }
            preparedUUID.append(id: line.extracting(id), to: &output)
        default: return false
        }
        return true
    }

    private func prepareToken() -> Bool {
        if preparedToken.holds(at: now) { return true }
        guard case .available(let snapshot) = state, let loop else { return false }
        let moment = loop.clock.now()
        guard case .success(let answer) = snapshot.immediateAnswer(to: RetrieveToken(), at: moment) else {
            return false
        }
        preparedToken.prepare(answer, trueUntil: snapshot.holdsUntil(from: moment))
        return true
    }

    private func prepareStatus() -> Bool {
        if preparedStatus.holds(at: now) { return true }
        guard case .available(let snapshot) = state, let loop else { return false }
        let moment = loop.clock.now()
        preparedStatus.prepare(snapshot.status(at: moment), trueUntil: snapshot.holdsUntil(from: moment))
        return true
    }

    private func prepareUUID() -> Bool {
        if preparedUUID.holds(at: now) { return true }
        guard case .available(let snapshot) = state else { return false }
        preparedUUID.prepare(UUIDAnswer(uuid: snapshot.record.uuid), trueUntil: .seconds(Int64.max))
        return true
    }

    /// Logs, as far as is configured, that somebody has got the token.
    func noteTokenRead(_ connection: Connection<Caller>) {
        guard facts.logTokenReads != .no, case .available(let snapshot) = state else { return }
        let generation = snapshot.record.generation
        if facts.logTokenReads == .first {
            if tokenReaders.generation != generation { tokenReaders = (generation, []) }
            guard tokenReaders.users.insert(connection.peer.uid).inserted else { return }
        }
        journal.tokenRead(by: connection.peer, generation: generation)
    }
}

// MARK: - Calls that wait

extension SessionService {
    private func submit(
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

    private func complete(_ id: CallID, _ result: Result<any SessionResponse, SessionError>) {
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

// MARK: - The session's side

extension SessionService {
    func receive(_ message: ServerMessage) {
        switch message {
        case .published(let state): publish(state)
        case .changed(let change, let generation): journal.changed(change, generation: generation)
        case .store(let failure): journal.store(failure)
        case .reply(let id, let result): complete(id, result)
        case .alive: hooks.alive()
        }
    }

    private func publish(_ state: SessionState) {
        let isFirst = self.state == nil
        if case .locked(let error) = state { journal.locked(error) }
        self.state = state
        preparedToken.invalidate()
        preparedStatus.invalidate()
        preparedUUID.invalidate()
        if isFirst {
            loop?.listen()
            hooks.ready()
        }
        tellStatus()
    }

    // Only what is new: a service manager that does not read would in the end hold the loop up.
    private func tellStatus() {
        let line = statusLine
        guard line != lastStatusLine else { return }
        lastStatusLine = line
        hooks.status(line)
    }

    /// What `systemctl status` shows: how the session stands, nothing of who the customer is.
    var statusLine: String {
        switch state {
        case .available(let snapshot):
            let moment = loop?.clock.now()
            let phase = moment.map { snapshot.record.phase(at: $0).rawValue } ?? ""
            let store = snapshot.store.state == .ok ? "" : "; the session cannot be stored"
            return "Session \(phase), generation \(snapshot.record.generation)\(store)"
        case .locked(let error): return "Locked: \(error.message)"
        case nil: return "Starting"
        }
    }

    func beginStop() {
        isStopping = true
        hooks.stopping()
        let last = now + ServerLimits.gracefulStop - ServerLimits.lastAnswers
        for (id, call) in pending { pending[id]?.deadline = call.deadline.map { min($0, last) } }
        nextDeadline = pending.values.compactMap(\.deadline).min()
    }
}

extension SessionError {
    fileprivate static func deadlineExceeded(_ method: Method) -> SessionError {
        guard method.isMutation else { return SessionError(.deadlineExceeded, "there was no answer in time") }
        return SessionError(
            .deadlineExceeded, "there was no answer in time; the change will still be made, or has been",
            details: [JSONMember("outcome", .string("unknown"))])
    }
}

extension SessionError {
    /// What a deadline is called that came early because the daemon stops.
    fileprivate var endedByStop: SessionError {
        guard name == .deadlineExceeded else { return self }
        return SessionError(
            .shuttingDown, "the daemon is stopping: \(message)", retryAfterSeconds: 1, details: details)
    }
}

extension ConnectionFault {
    fileprivate var error: SessionError {
        switch self {
        case .lineTooLong:
            SessionError(.lineTooLong, "a line has at most \(WireLimits.requestLineBytes) bytes with its LF")
        case .lineTooSlow:
            SessionError(.deadlineExceeded, "the line did not arrive in time", hint: "see LineSec= in [Limits]")
        case .tooManyConnections:
            SessionError(
                .limitExceeded, "there are too many connections", retryAfterSeconds: 1,
                hint: "close some, or raise Connections= or ConnectionsPerUser= in [Limits]")
        }
    }
}

extension Span where Element == UInt8 {
    fileprivate func bytes(in range: Range<Int>) -> [UInt8] {
        extracting(range).withUnsafeBufferPointer { Array($0) }
    }
}
