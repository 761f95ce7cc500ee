// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

extension SessionService {
    /// Answers the plain reads from bytes that are encoded already; anything that needs a second look is left alone.
    func answerAtOnce(
        _ envelope: Envelope, _ line: Span<UInt8>, _ connection: Connection, _ output: inout [UInt8]
    ) -> Bool {
        guard case .method(let method) = envelope.target, envelope.parameters.isEmpty, envelope.problem == nil,
            let id = envelope.id, !life.isStopping, configuration.facts.isUsable
        else { return false }
        switch method {
        case .retrieveToken:
            guard connection.promptCapabilities.contains(.tokenRead), prepareToken() else { return false }
            prepared.token.append(id: line.extracting(id), to: &output)
            records.counts.preparedTokens += 1
            noteTokenRead(connection, onBehalfOf: nil)
        case .status:
            guard connection.promptCapabilities.contains(.identityRead), prepareStatus() else { return false }
            prepared.status.append(id: line.extracting(id), to: &output)
            records.counts.preparedStatuses += 1
        case .getUUID:
            guard connection.promptCapabilities.contains(.identityRead), prepareUUID() else { return false }
            prepared.uuid.append(id: line.extracting(id), to: &output)
            records.counts.preparedUUIDs += 1
        default: return false
        }
        return true
    }

    private func prepareToken() -> Bool {
        if prepared.token.holds(at: now) { return true }
        guard case .available(let snapshot) = published.state else { return false }
        let moment = clock.now()
        guard case .success(let answer) = snapshot.immediateAnswer(to: RetrieveToken(), at: moment) else {
            return false
        }
        prepared.token.prepare(answer, trueUntil: snapshot.holdsUntil(from: moment))
        return true
    }

    private func prepareStatus() -> Bool {
        if prepared.status.holds(at: now) { return true }
        guard case .available(let snapshot) = published.state else { return false }
        let moment = clock.now()
        if snapshot.isOver(at: moment) { return false }
        prepared.status.prepare(snapshot.status(at: moment), trueUntil: snapshot.holdsUntil(from: moment))
        return true
    }

    private func prepareUUID() -> Bool {
        if prepared.uuid.holds(at: now) { return true }
        guard case .available(let snapshot) = published.state else { return false }
        if snapshot.isOver(at: clock.now()) { return false }
        let end = snapshot.overAt ?? .seconds(Int64.max)
        prepared.uuid.prepare(UUIDAnswer(uuid: snapshot.record.uuid), trueUntil: end)
        return true
    }

    /// Logs, as far as is configured, that somebody has got the token.
    @inline(__always)  // Of what is answered at once nobody pays for the pages.
    func noteTokenRead(_ connection: Connection, onBehalfOf origin: WebOrigin?) {
        guard configuration.facts.logTokenReads != .no, let generation = published.generation else { return }
        if configuration.facts.logTokenReads == .first {
            let isFirst =
                origin == nil
                ? prepared.isFirstRead(by: connection.peer.uid, of: generation)
                : prepared.isFirstRead(byPages: connection.caller.identity, of: generation)
            guard isFirst else { return }
        }
        records.journal.tokenRead(by: connection.caller, generation: generation)
    }
}

extension Envelope.Parameters {
    /// Whether there are none; an empty object with blanks in it is looked at in the long way.
    fileprivate var isEmpty: Bool {
        switch self {
        case .absent: true
        case .object(let range): range.count == 2
        case .array: false
        }
    }
}
