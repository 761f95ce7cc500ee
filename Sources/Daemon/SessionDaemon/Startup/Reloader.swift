// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Logging
import SessionAuthorities
import SessionConfiguration
import SessionMachine
import SessionProtocol
import SessionServer
import SessiondLinux
import SessiondPrimitives

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
    private var stored: Monitor<[HealthAnswer.Problem]>

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(
        _ loader: ConfigurationLoader, _ current: DaemonConfiguration, startedAt: Moment, session: DeviceSession?,
        stored: Monitor<[HealthAnswer.Problem]>, start: SessionStart, observer: DeviceSession.Observer,
        names: DaemonNames, whenNamesChanged: @escaping @Sendable (ServerConfiguration) -> Void
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
        var next = read(logger: start.logger)
        if next.unusable != nil { return refuse(next) }
        next.standings = names.follow(next.settings)
        next.report(on: names).log(since: current.report(on: names), isReload: true, to: start.logger)
        guard let session else { return begin(next) }
        let plan = ReloadPlan(from: current, to: next)
        let answer = answer(session, to: plan, dryRun: false)
        current = plan.configuration
        return outcome(answer)
    }

    // The files as they are now, judged with the session that there is.
    private func read(logger: Logger) -> DaemonConfiguration {
        var next = DaemonConfiguration(loader, at: start.clock.now(), logger: logger)
        let served = session.flatMap { _ in try? current.authority.get().kind.name }
        if let kind = served ?? current.refusedFor { _ = next.admits(sessionOf: kind, logger) }
        return next
    }

    private func rehearse() -> ReloadOutcome {
        let silent = Logger(label: "sessiond") { _ in SwiftLogNoOpLogHandler() }
        var next = read(logger: silent)
        if let unusable = next.unusable { return ReloadOutcome(.failure(unusable)) }
        next.standings = names.rehearse(next.settings)
        guard let session else { return ReloadOutcome(.success(first(next, endsSession: false))) }
        let plan = ReloadPlan(from: current, to: next)
        return ReloadOutcome(.success(answer(session, to: plan, dryRun: true)))
    }

    // What was in force stays so as a whole; where nothing was, callers hear what is wrong now.
    private func refuse(_ next: DaemonConfiguration) -> ReloadOutcome {
        if session == nil { current = next }
        current.information.problem = next.information.problem
        return ReloadOutcome(
            .failure(next.unusable ?? SessionError(.internalError, "nothing is known to be wrong")),
            configuration: forServer)
    }

    // The first usable configuration of this run: as at a start.
    private func begin(_ read: DaemonConfiguration) -> ReloadOutcome {
        var next = read
        let begun = Mailbox<Bool>()
        do throws(StartFailure) {
            let stored = try start.open(&next)
            guard let stored, case .success(let authority) = next.authority else { return refuse(next) }
            self.stored = stored.problems
            session = start.begin(stored, next, with: authority, observer: observer) { begun.post($0) }
        } catch {
            let failure = SessionError(.storeLocked, error.message, hint: "then: sessionctl reload")
            next.refuse(failure, start.logger)
            return refuse(next)
        }
        current = next
        // By then the server has the session's first snapshot.
        return outcome(first(next, endsSession: begun.waitForAll().contains(true)))
    }

    // Nothing was in force before but the defaults.
    private func first(_ configuration: DaemonConfiguration, endsSession: Bool) -> ReloadAnswer {
        let changes = configuration.schema.changes(from: Settings(), to: configuration.settings)
        return ReloadAnswer(
            applied: changes.map(\.description), needsRestart: [], endsSession: endsSession,
            credentials: configuration.credentials, newCredentialEndsSession: configuration.newCredentialEndsSession,
            warnings: warnings(of: configuration))
    }

    private func warnings(of configuration: DaemonConfiguration) -> [String] {
        configuration.warnings + configuration.report(on: names).remarks
    }

    private func answer(_ session: DeviceSession, to plan: ReloadPlan, dryRun: Bool) -> ReloadAnswer {
        // What waits for a restart may be what a session that cannot be read needs: that one opens it.
        let endsSession = reconfigure(
            session, as: plan.configuration, plan.replacesAuthority, reopens: plan.needsRestart.isEmpty, dryRun: dryRun)
        // What becomes of it then depends on what has become of it now.
        let restartEndsSession =
            !plan.needsRestart.isEmpty && reconfigure(session, as: plan.restarted, true, dryRun: true)
        return ReloadAnswer(
            applied: plan.applied, needsRestart: plan.needsRestart, endsSession: endsSession,
            restartEndsSession: restartEndsSession, credentials: plan.restarted.credentials,
            newCredentialEndsSession: plan.restarted.newCredentialEndsSession, warnings: warnings(of: plan.restarted))
    }

    // Whether the session ends by another configuration.
    private func reconfigure(
        _ session: DeviceSession, as next: DaemonConfiguration, _ replacesAuthority: Bool, reopens: Bool = false,
        dryRun: Bool
    ) -> Bool {
        var configuration = DeviceSession.Configuration(
            policy: next.settings.sessionPolicy, refusal: next.refusal, reopens: reopens)
        if replacesAuthority, case .success(let authority) = next.authority {
            configuration.makeAuthority = { [clock = start.clock] keys in authority.make(keys, clock) }
        }
        let answer = Mailbox<Bool>()
        session.reconfigure(configuration, dryRun: dryRun) { answer.post($0) }
        return answer.waitForAll().contains(true)
    }

    // What is in force, as far as the server follows it.
    private var forServer: ServerConfiguration {
        current.forServer(startedAt: startedAt, start: start, stored: stored.withLock { $0 }, names: names)
    }

    private func outcome(_ answer: ReloadAnswer) -> ReloadOutcome {
        ReloadOutcome(.success(answer), configuration: forServer, session: session)
    }
}
