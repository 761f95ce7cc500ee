// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

extension SessionService {
    func receive(_ message: ServerMessage) {
        switch message {
        case .published(let state): publish(state)
        case .changed(let announcement):
            counts.changed(announcement.change)
            journal.changed(announcement.change, generation: announcement.generation)
            announce(announcement)
        case .store(let failure): journal.store(failure)
        case .signOutEnded(let fate): journal.signOutEnded(fate)
        case .reply(let id, let result): complete(id, result)
        case .settled(let id): answerSettled(id)
        case .touched: touchWasTaken()
        case .reloaded(let call, let dryRun, let requester, let outcome):
            finishReload(call, dryRun: dryRun, by: requester, outcome)
        case .adopted(let configuration): adopt(configuration, nil)
        case .alive: hooks.alive()
        }
    }

    private func publish(_ state: SessionState) {
        if case .locked(let error) = state { journal.locked(error) }
        self.state = state
        (generation, overAt) = (nil, nil)
        if case .available(let snapshot) = state {
            (generation, overAt) = (snapshot.record.generation, snapshot.overAt)
        }
        preparedToken.invalidate()
        preparedStatus.invalidate()
        preparedUUID.invalidate()
        if !isServing, !isStopping { serve() }
        tellStatus()
    }

    /// Takes connections from now on.
    func serve() {
        isServing = true
        loop?.listen()
        hooks.ready()
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
        if let unusable = facts.unusable { return unusable.message }
        switch state {
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
        isStopping = true
        watchers.removeAll()
        journal.reportDenials(at: nil)
        hooks.stopping()
        deadlines.cap(at: now + LineLimits.gracefulStop - ServerLimits.lastAnswers)
    }
}
