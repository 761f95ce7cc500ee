// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Logging
import SessionAuthorities
import SessionConfiguration
import SessionMachine
import SessionProtocol
import SessionServer
import SessiondLinux

/// Reads the configuration again while the daemon runs: on a thread of its own, since files and group look-ups may
/// take their time, and one reload after the other.
actor Reloader {
    private let loader: ConfigurationLoader
    private let start: SessionStart
    private let startedAt: Moment
    private let observer: DeviceSession.Observer
    private let names: DaemonNames
    /// Where names are found between two reloads.
    private let whenNamesChanged: @Sendable (ServerConfiguration) -> Void
    private let thread = SerialThread(name: "configuration")
    /// What is in force.
    private var current: DaemonConfiguration
    /// The session that follows it; `nil` while none could be begun.
    private var session: DeviceSession?
    /// What was wrong with what is stored, when it was opened.
    private var stored: HealthAnswer.Problem?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(
        _ loader: ConfigurationLoader, _ current: DaemonConfiguration, startedAt: Moment, session: DeviceSession?,
        stored: HealthAnswer.Problem?, start: SessionStart, observer: DeviceSession.Observer, names: DaemonNames,
        whenNamesChanged: @escaping @Sendable (ServerConfiguration) -> Void
    ) {
        (self.loader, self.current, self.startedAt, self.session) = (loader, current, startedAt, session)
        (self.stored, self.start, self.observer) = (stored, start, observer)
        (self.names, self.whenNamesChanged) = (names, whenNamesChanged)
    }

    /// Follows what names in the rules stand for now.
    nonisolated func namesChanged() {
        thread.run {
            self.assumeIsolated { $0.adoptNames() }
        }
    }

    private func adoptNames() {
        let standings = names.standings
        guard standings != current.standings else { return }
        let before = current.report(on: names)
        current.standings = standings
        // First: who reads of it in the journal finds it so.
        whenNamesChanged(forServer)
        current.report(on: names).log(since: before, to: start.logger)
    }

    /// Reloads, or says what that would do; the outcome comes on another thread.
    nonisolated func reload(dryRun: Bool, _ finish: @escaping @Sendable (ReloadOutcome) -> Void) {
        thread.run {
            self.assumeIsolated { finish(dryRun ? $0.rehearse() : $0.reload()) }
        }
    }

    private func reload() -> ReloadOutcome {
        var next = DaemonConfiguration(loader, at: start.clock.now(), logger: start.logger)
        switch next.authority {
        case .failure(let error): return refuse(next, error)
        case .success(let authority):
            next.standings = names.follow(next.settings)
            next.report(on: names).log(since: current.report(on: names), isReload: true, to: start.logger)
            guard let session else { return begin(next, with: authority) }
            let plan = ReloadPlan(from: current, to: next)
            current = plan.configuration
            return outcome(plan.answer(endsSession: reconfigure(session, by: plan, dryRun: false)))
        }
    }

    private func rehearse() -> ReloadOutcome {
        let silent = Logger(label: "sessiond") { _ in SwiftLogNoOpLogHandler() }
        var next = DaemonConfiguration(loader, at: start.clock.now(), logger: silent)
        if let unusable = next.unusable { return ReloadOutcome(.failure(unusable)) }
        next.standings = names.rehearse(next.settings)
        guard let session else { return ReloadOutcome(.success(ReloadAnswer(firstWith: next, endsSession: false))) }
        let plan = ReloadPlan(from: current, to: next)
        return ReloadOutcome(.success(plan.answer(endsSession: reconfigure(session, by: plan, dryRun: true))))
    }

    // What was in force stays so as a whole; where nothing was, callers hear what is wrong now.
    private func refuse(_ next: DaemonConfiguration, _ error: SessionError) -> ReloadOutcome {
        if session == nil { current = next }
        current.information.problem = next.information.problem
        return ReloadOutcome(.failure(error), configuration: forServer)
    }

    // The first usable configuration of this run: as at a start.
    private func begin(_ next: DaemonConfiguration, with authority: AuthorityChoice) -> ReloadOutcome {
        let begun = Mailbox<Bool>()
        do throws(StartFailure) {
            let stored = try start.open(next)
            self.stored = stored.problem
            session = start.begin(stored, next, with: authority, observer: observer) { begun.post($0) }
        } catch {
            var next = next
            let failure = SessionError(.storeLocked, error.message, hint: "then: systemctl reload sessiond")
            (next.authority, next.information.problem) = (.failure(failure), error.message)
            return refuse(next, failure)
        }
        current = next
        // By then the server has the session's first snapshot.
        return outcome(ReloadAnswer(firstWith: next, endsSession: begun.waitForAll().contains(true)))
    }

    private func reconfigure(_ session: DeviceSession, by plan: ReloadPlan, dryRun: Bool) -> Bool {
        var configuration = DeviceSession.Configuration(policy: plan.configuration.settings.sessionPolicy)
        if plan.replacesAuthority, case .success(let authority) = plan.configuration.authority {
            configuration.makeAuthority = { [clock = start.clock] keys in authority.make(keys, clock) }
        }
        let answer = Mailbox<Bool>()
        session.reconfigure(configuration, dryRun: dryRun) { answer.post($0) }
        return answer.waitForAll().contains(true)
    }

    // What is in force, as far as the server follows it.
    private var forServer: ServerConfiguration {
        current.forServer(startedAt: startedAt, key: start.key, stored: stored, names: names)
    }

    private func outcome(_ answer: ReloadAnswer) -> ReloadOutcome {
        ReloadOutcome(.success(answer), configuration: forServer, session: session)
    }
}

extension ReloadPlan {
    fileprivate func answer(endsSession: Bool) -> ReloadAnswer {
        ReloadAnswer(applied: applied, needsRestart: needsRestart, endsSession: endsSession)
    }
}

extension ReloadAnswer {
    // Nothing was in force before but the defaults.
    fileprivate init(firstWith configuration: DaemonConfiguration, endsSession: Bool) {
        let changes = configuration.schema.changes(from: Settings(), to: configuration.settings)
        self.init(applied: changes.map(\.description), needsRestart: [], endsSession: endsSession)
    }
}
