// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import LineServer
import SessionProtocol

extension SessionService {
    /// What is read of the session, and may be another's by the time that a batch's line goes out. It is asked for again
    /// then, which no other method may be.
    private static let reads: Set<Method> = [
        .getUUID, .getUUIDForAuthentication, .status, .retrieveToken, .refreshToken, .profile, .pendingSignIn,
    ]

    func receiveBatch(_ line: Span<UInt8>, _ connection: Connection, _ output: inout [UInt8]) {
        let envelopes = scanner.batch
        if line.mentionsPages, envelopes.contains(where: { $0.claimsPages(in: line) }) {
            return refuseBatch(envelopes, line, connection, &output)
        }
        let batch = Batch(entries: envelopes.count)
        for (index, envelope) in envelopes.enumerated() {
            var answer: [UInt8] = []
            receive(envelope, line, connection, (batch, index), &answer)
            if !answer.isEmpty { batch.put(answer, at: index) }
        }
        // Within its own turn nothing happens between an answer and the line.
        guard !batch.isComplete else { return batch.write(to: &output) }
        for (index, envelope) in envelopes.enumerated() {
            if let read = read(envelope, line, connection) { batch.remember(read: read, at: index) }
            if let change = change(envelope, line) { batch.remember(change: change, at: index) }
        }
    }

    // What an entry changes; `nil`: nothing. What came of a reload has nothing of the session in it.
    private func change(_ envelope: Envelope, _ line: Span<UInt8>) -> Batch.Change? {
        guard case .method(let method) = envelope.target, envelope.problem == nil, method.isMutation, method != .reload,
            let id = envelope.id
        else { return nil }
        return Batch.Change(method: method, id: line.bytes(in: id))
    }

    // What an entry has read or is about to; `nil`: nothing.
    private func read(_ envelope: Envelope, _ line: Span<UInt8>, _ connection: Connection) -> Batch.Read? {
        guard case .method(let method) = envelope.target, envelope.problem == nil, !method.isMutation,
            method.capability != nil, let id = envelope.id, (try? admit(method, of: connection)) != nil,
            let incoming = try? Incoming(
                connection: connection, method: method, id: line.bytes(in: id), isInBatch: true,
                parameters: parameters(envelope.parameters, line))
        else { return nil }
        return Batch.Read(incoming: incoming, since: now, generation: published.generation, at: now)
    }

    /// Sends a batch's line, unless something in it is no longer so: that is read again first, and whoever may no longer
    /// read it does not get it.
    func finish(_ batch: Batch, on connection: Connection) {
        for (index, read) in batch.reads.sorted(by: { $0.key < $1.key }) {
            do throws(SessionError) {
                try admit(read.incoming.method, of: connection)
                if SessionService.reads.contains(read.incoming.method), isOver(read) {
                    try readAgain(read, (batch, index))
                }
            } catch {
                refuse(read.incoming, error, (batch, index))
            }
        }
        for (index, change) in batch.changes {
            guard let denial = denial(of: change.method, on: connection) else { continue }
            batch.put(ResponseLine.line(id: change.id, error: denial.ofChange), at: index)
        }
        guard batch.isComplete else { return }
        var line: [UInt8] = []
        batch.write(to: &line)
        loop?.send(line, to: connection)
    }

    private func isOver(_ read: Batch.Read) -> Bool {
        if read.generation != published.generation { return true }
        // Of what was read since then its owner has said that it goes on.
        return published.overAt.map { read.at < $0 && $0 <= clock.boottime } ?? false
    }

    private func readAgain(_ read: Batch.Read, _ place: (batch: Batch, index: Int)) throws(SessionError) {
        if life.isStopping { throw .stopping }
        var answer: [UInt8] = []
        place.batch.note(published.generation, at: now, of: place.index, isError: false)
        try carryOut(read.incoming.after(now - read.since), place, &answer)
        if !answer.isEmpty { place.batch.put(answer, at: place.index) }
    }

    private func refuse(_ incoming: Incoming, _ error: SessionError, _ place: (batch: Batch, index: Int)) {
        note(error, of: incoming.method, on: incoming.connection)
        place.batch.note(nil, at: now, of: place.index, isError: true)
        place.batch.put(incoming.id.map { ResponseLine.line(id: $0, error: error) }, at: place.index)
    }

    // Of a line that was meant to restrict the connection nothing may be done without that.
    private func refuseBatch(
        _ envelopes: [Envelope], _ line: Span<UInt8>, _ connection: Connection, _ output: inout [UInt8]
    ) {
        let batch = Batch(entries: envelopes.count)
        for (index, envelope) in envelopes.enumerated() {
            note(.helloAlone, envelope, connection)
            if envelope.isNotification { continue }
            let id = envelope.id.map { line.bytes(in: $0) } ?? Array("null".utf8)
            batch.put(ResponseLine.line(id: id, error: .helloAlone), at: index)
        }
        batch.write(to: &output)
        endUnrestricted(connection)
    }
}
