// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

extension SessionService {
    /// Answers the plain reads from bytes that are encoded already; anything that needs a second look is left alone.
    func answerAtOnce(
        _ envelope: Envelope, _ line: Span<UInt8>, _ connection: Connection<Caller>, _ output: inout [UInt8]
    ) -> Bool {
        guard case .method(let method) = envelope.target, envelope.parameters.isEmpty, envelope.problem == nil,
            let id = envelope.id, !isStopping, facts.isUsable
        else { return false }
        switch method {
        case .retrieveToken:
            guard connection.context.capabilities.contains(.tokenRead), prepareToken() else { return false }
            preparedToken.append(id: line.extracting(id), to: &output)
            counts.preparedTokens += 1
            noteTokenRead(connection)
        case .status:
            guard connection.context.capabilities.contains(.identityRead), prepareStatus() else { return false }
            preparedStatus.append(id: line.extracting(id), to: &output)
            counts.preparedStatuses += 1
        case .getUUID:
            guard connection.context.capabilities.contains(.identityRead), prepareUUID() else { return false }
            preparedUUID.append(id: line.extracting(id), to: &output)
            counts.preparedUUIDs += 1
        default: return false
        }
        return true
    }

    private func prepareToken() -> Bool {
        if preparedToken.holds(at: now) { return true }
        guard case .available(let snapshot) = state else { return false }
        let moment = clock.now()
        guard case .success(let answer) = snapshot.immediateAnswer(to: RetrieveToken(), at: moment) else {
            return false
        }
        preparedToken.prepare(answer, trueUntil: snapshot.holdsUntil(from: moment))
        return true
    }

    private func prepareStatus() -> Bool {
        if preparedStatus.holds(at: now) { return true }
        guard case .available(let snapshot) = state else { return false }
        let moment = clock.now()
        if snapshot.isOver(at: moment) { return false }
        preparedStatus.prepare(snapshot.status(at: moment), trueUntil: snapshot.holdsUntil(from: moment))
        return true
    }

    private func prepareUUID() -> Bool {
        if preparedUUID.holds(at: now) { return true }
        guard case .available(let snapshot) = state else { return false }
        if snapshot.isOver(at: clock.now()) { return false }
        let end = snapshot.overAt ?? .seconds(Int64.max)
        preparedUUID.prepare(UUIDAnswer(uuid: snapshot.record.uuid), trueUntil: end)
        return true
    }

    /// Logs, as far as is configured, that somebody has got the token.
    func noteTokenRead(_ connection: Connection<Caller>) {
        guard facts.logTokenReads != .no, let generation else { return }
        if facts.logTokenReads == .first {
            if tokenReaders.generation != generation { tokenReaders = (generation, []) }
            guard tokenReaders.users.insert(connection.peer.uid).inserted else { return }
        }
        journal.tokenRead(by: connection.peer, generation: generation)
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
