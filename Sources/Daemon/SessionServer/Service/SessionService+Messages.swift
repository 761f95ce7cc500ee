// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

extension SessionService {
    func takeMessages() {
        var isPublished = false
        for message in mailbox.takeAll() {
            take(message)
            if case .published = message { isPublished = true }
        }
        // Who has called is answered before the service manager is told, and it is told once of all that was done.
        if isPublished { life.tell(statusLine) }
    }

    private func take(_ message: ServerMessage) {
        switch message {
        case .published(let state): publish(state)
        case .changed(let announcement):
            records.counts.changed(announcement.change)
            records.journal.changed(announcement.change, generation: announcement.generation)
            announce(announcement)
        case .store(let failure): records.journal.store(failure)
        case .signOutEnded(let fate): records.journal.signOutEnded(fate)
        case .reply(let id, let result): complete(id, result)
        case .settled(let id): answerSettled(id)
        case .touched: touchWasTaken()
        case .reloaded(let call, let dryRun, let requester, let outcome):
            finishReload(call, dryRun: dryRun, by: requester, outcome)
        case .adopted(let configuration): adopt(configuration, nil)
        case .alive: life.hooks.alive()
        }
    }

    private func publish(_ state: SessionState) {
        if case .locked(let error) = state { records.journal.locked(error) }
        published.replace(by: state)
        prepared.invalidate()
        if !life.isServing, !life.isStopping { serve() }
    }

    /// Takes connections from now on.
    func serve() {
        loop?.listen()
        life.beginServing()
    }

    /// What `systemctl status` shows: how the session stands, nothing of who the customer is.
    var statusLine: String {
        if let unusable = facts.unusable { return unusable.message }
        switch published.state {
        case .available(let snapshot):
            let phase = snapshot.phase(at: clock.now()).rawValue
            let store = snapshot.store.state == .ok ? "" : "; the session cannot be stored"
            let reload = facts.configuration.problem.map { "; not reloaded: \($0)" } ?? ""
            return "Session \(phase), generation \(snapshot.record.generation)\(store)\(reload)"
        case .locked(let error): return "Locked: \(error.message)"
        case nil: return "Starting"
        }
    }

    func beginStop() {
        watchers.removeAll()
        records.journal.reportDenials(at: nil)
        life.beginStopping()
        calls.cap(at: now + LineLimits.gracefulStop - ServerLimits.lastAnswers)
    }
}
