// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

extension Route {
    /// Begins, or begins anew, to tell a connection of the session's transitions.
    static func watch(_ incoming: Incoming, _ service: SessionService) throws(SessionError) -> Outcome {
        let request = try Watch(parameters: incoming.parameters)
        guard !incoming.isInBatch else {
            throw SessionError(.invalidRequest, "session.watch stands alone in its line: what follows it is no batch")
        }
        return try service.watch(request, incoming.connection)
    }
}

extension SessionService {
    fileprivate func watch(
        _ request: Watch, _ connection: Connection
    ) throws(SessionError) -> Route.Outcome {
        let snapshot = try snapshot()
        let status = snapshot.status(at: clock.now())
        let shown = snapshot.record.sequence
        // Where nothing was announced yet, whatever comes is after what the snapshot shows.
        let completeAfter = watchers.ring.completeAfter ?? shown
        guard let since = request.since, (completeAfter...max(completeAfter, shown)).contains(since) else {
            watchers.add(connection, at: WatchPosition(after: shown))
            return .answer(WatchAnswer(snapshot: status, sequence: shown, resumed: false))
        }
        let (missed, last) = watchers.ring.lines(after: since)
        watchers.add(connection, at: WatchPosition(after: last))
        return .answerThen(WatchAnswer(snapshot: status, sequence: since, resumed: true), lines: missed)
    }

    /// Tells everybody who watches, and keeps it for those who come again.
    func announce(_ announcement: Announcement) {
        let line = event(announcement).line
        watchers.keep(announcement.sequence, line)
        for connection in watchers.connections { tell(connection, announcement.sequence, line) }
    }

    /// Ends a watch whose right is gone.
    func revokeWatch(of connection: Connection) { endWatch(of: connection, .revoked) }

    private func tell(_ connection: Connection, _ sequence: Int64, _ line: [UInt8]) {
        // What the first snapshot showed already is not told again.
        guard let loop, let watch = connection.caller.watch, watch.sequence < sequence else { return }
        guard hasRoom(connection, loop) else { return endWatch(of: connection, .overflow) }
        loop.tell(line, to: connection)
        connection.caller.watch?.note(sequence, endingAt: connection.output.unsent.appendedInAll)
    }

    private func hasRoom(_ connection: Connection, _ loop: EventLoop) -> Bool {
        func isFull() -> Bool {
            let waiting = connection.caller.watch?.waiting(taken: connection.output.unsent.takenInAll) ?? 0
            return waiting >= ServerLimits.queuedEvents
        }
        guard isFull() else { return true }
        // Within this wake-up nothing may have been written yet, and the peer be waiting for it.
        loop.flush(connection)
        return !isFull()
    }

    private func endWatch(of connection: Connection, _ kind: EventKind) {
        guard let loop, let watch = connection.caller.watch else { return }
        let event = SessionEvent(sequence: watch.sequence, generation: published.generation ?? 0, kind: kind)
        watchers.remove(connection)
        loop.end(connection, saying: event.line, within: ServerLimits.lastEvent)
    }

    private func event(_ announcement: Announcement) -> SessionEvent {
        let change = announcement.change
        var event = SessionEvent(
            sequence: announcement.sequence, generation: announcement.generation, kind: change.kind,
            reason: change.reason, status: try? snapshot().status(at: clock.now()))
        switch change {
        case .expiringSoon(let end, let seconds):
            (event.reason, event.what, event.atSeconds) = (nil, end.rawValue, seconds)
        case .expiringSoonWithdrawn(let end): (event.reason, event.what) = (nil, end.rawValue)
        case .signInPending(let attempt, let method, let seconds):
            (event.attempt, event.method, event.expiresInSeconds) = (attempt, method.rawValue, seconds)
        case .signInEnded(let attempt, let outcome, because: _, saying: _):
            (event.attempt, event.outcome) = (attempt, outcome)
        default: break
        }
        return event
    }
}
