// SPDX-License-Identifier: Apache-2.0

import AccessRules
import LineServer
import SessionProtocol
import SessiondPrimitives

extension SessionService {
    func receive(_ line: Span<UInt8>, from connection: Connection, output: inout [UInt8]) {
        do throws(JSONError) {
            switch try scanner.scan(line) {
            case .single(let envelope): receive(envelope, line, connection, nil, &output)
            case .batch: receiveBatch(line, connection, &output)
            }
        } catch {
            let refusal = SessionError(
                .parseError, "the line is not JSON: \(error)", hint: "a request is one line: see sessiond-protocol(7)")
            output += ResponseLine.line(id: Array("null".utf8), error: refusal)
            records.counts.answered(nil, refusal.name)
            if line.mentionsPages { endUnrestricted(connection) }
        }
        connection.hasSpoken = true
    }

    func receive(
        _ envelope: Envelope, _ line: Span<UInt8>, _ connection: Connection,
        _ place: (batch: Batch, index: Int)?, _ output: inout [UInt8]
    ) {
        if answerAtOnce(envelope, line, connection, &output) { return }
        // Also of what is no request: the id is null where it could not be read (JSON-RPC 2.0 §5).
        let id = envelope.id.map { line.bytes(in: $0) }
        do throws(SessionError) {
            try carryOut(try admit(envelope, line, connection, id, isInBatch: place != nil), place, &output)
        } catch {
            note(error, envelope, connection)
            if envelope.claimsPages(in: line) { endUnrestricted(connection) }
            if envelope.isNotification { return }
            output += ResponseLine.line(id: id ?? Array("null".utf8), error: error)
        }
    }

    /// Has a request that was admitted answered, now or later.
    func carryOut(
        _ incoming: Incoming, _ place: (batch: Batch, index: Int)?, _ output: inout [UInt8]
    ) throws(SessionError) {
        if mustSettle(before: incoming.method) { return try settle(before: incoming, place) }
        switch try Route.table[incoming.method].handle(incoming, self) {
        case .answer(let response):
            append(response.json, to: incoming.id, &output)
            records.counts.answered(incoming.method, nil)
        case .answerThen(let response, let lines):
            append(response.json, to: incoming.id, &output)
            output += lines
            records.counts.answered(incoming.method, nil)
        case .answerPrepared(let result):
            append(result, to: incoming.id, &output)
            records.counts.answered(incoming.method, nil)
        case .submit(let call): try submit(call, incoming, place)
        case .reload(let dryRun):
            let call = try expectAnswer(to: incoming, place, isMutation: !dryRun)
            reload(for: call, dryRun: dryRun, by: .peer(incoming.connection.peer))
        }
    }

    private func append(_ result: [UInt8], to id: [UInt8]?, _ output: inout [UInt8]) {
        guard let id else { return }
        output += ResponseLine.line(id: id, result: result)
    }

    /// Refuses what is no request, not allowed, or not possible now.
    private func admit(
        _ envelope: Envelope, _ line: Span<UInt8>, _ connection: Connection, _ id: [UInt8]?, isInBatch: Bool
    ) throws(SessionError) -> Incoming {
        if let problem = envelope.problem { throw SessionError(.invalidRequest, problem.rawValue) }
        guard case .method(let method) = envelope.target else {
            // Pages are told of what is for them.
            let isForPages = connection.caller.origin != nil
            let known = isForPages ? Method.allCases.filter(\.isForPages) : Method.allCases
            let meant = isInBatch ? nil : Method.nearest(toMethodIn: line, among: known)
            let suggestion = meant.map { "did you mean \($0.rawValue)? " } ?? ""
            let hint = "\(suggestion)see sessiond-protocol(7)\(isForPages ? "" : ", or rpc.discover")"
            throw SessionError(.methodNotFound, "there is no such method", hint: hint)
        }
        if life.isStopping { throw .stopping }
        try admit(method, of: connection)
        return try Incoming(
            connection: connection, method: method, id: id, isInBatch: isInBatch,
            parameters: parameters(envelope.parameters, line))
    }

    /// Refuses a method that its caller may not call, or nobody now.
    func admit(_ method: Method, of connection: Connection) throws(SessionError) {
        try facts.refuseUnusable(method, connection.caller)
        try refuseForPages(method, to: connection.caller)
        if let capability = method.capability, !connection.capabilities.contains(capability) {
            throw denial(of: capability, to: connection.caller)
        }
    }

    func parameters(
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

    func note(_ error: SessionError, _ envelope: Envelope, _ connection: Connection) {
        guard case .method(let method) = envelope.target else { return records.counts.answered(nil, error.name) }
        note(error, of: method, on: connection)
    }

    func note(_ error: SessionError, of method: Method, on connection: Connection) {
        records.counts.answered(method, error.name)
        if error.name == .permissionDenied {
            noteDenial(of: method, to: connection)
        } else if method.isMutation {
            records.journal.answered(method, by: connection.caller, outcome: error.name, generation: nil)
        }
    }
}

extension SessionService {
    func noteDenial(of method: Method, to connection: Connection) {
        if connection.caller.origin != nil, !method.isForPages {
            records.journal.denied(method, .notForPages, to: connection.caller, at: now)
        } else if let capability = method.capability {
            records.counts.denied(capability)
            records.journal.denied(method, .lacks(capability), to: connection.caller, at: now)
        }
    }
}

extension SessionError {
    static let stopping = SessionError(.shuttingDown, "the daemon is stopping", retryAfterSeconds: 1)
    static let helloAlone = SessionError(.invalidRequest, "daemon.hello comes first on a connection, and alone")
}

extension Method {
    // Of a line that is one request, the method that it may have meant: by its whole name, or by what follows the dot.
    fileprivate static func nearest(toMethodIn line: Span<UInt8>, among known: [Method]) -> Method? {
        guard let name = (try? JSONValue(parsing: line))?["method"]?.string else { return nil }
        if let same = known.first(where: { $0.rawValue.split(separator: ".").last.map(String.init) == name }) {
            return same
        }
        return NameSuggestion.nearest(to: name, among: known.map(\.rawValue)).flatMap(Method.init(rawValue:))
    }
}

extension Span where Element == UInt8 {
    func bytes(in range: Range<Int>) -> [UInt8] {
        extracting(range).withUnsafeBufferPointer { Array($0) }
    }
}
