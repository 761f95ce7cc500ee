// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Logging
import SessionAuthority
import SessionConfiguration
import SessionCore
import SessionProtocol
import SessionServer
import Systemd

/// The daemon from its first step to its last.
struct Daemon {
    let options: Options
    let loader: ConfigurationLoader

    /// How long what was logged last may take to be written.
    private static let logFlush = Duration.seconds(2)

    func run() throws(StartFailure) {
        // No core dump and no ptrace by the same user: the memory holds tokens.
        clinux_set_dumpable(0)
        umask(0o077)
        let log = try startLog()
        defer { log.flush(within: Daemon.logFlush) }
        let logger = Logger(label: "sessiond") { _ in log.makeHandler() }
        do throws(StartFailure) {
            try serve(logger)
        } catch {
            logger.critical("\(error.message)")
            throw error
        }
    }

    private func startLog() throws(StartFailure) -> SystemdLogging {
        do throws(SystemdError) {
            return try SystemdLogging(level: options.logLevel, lossID: MessageID(JournalEvent.linesLost.rawValue))
        } catch {
            throw StartFailure(status: StartFailure.system, message: "\(error)")
        }
    }

    private func serve(_ logger: Logger) throws(StartFailure) {
        var inherited = try takeDescriptors()
        let clock = SystemClock()
        let configuration = DaemonConfiguration(loader, at: clock.now(), logger: logger)
        if let unusable = configuration.unusable, inherited.isEmpty, getenv("NOTIFY_SOCKET") == nil {
            throw StartFailure(status: StartFailure.unusableConfiguration, message: unusable.message)
        }
        let sealing = SealingChoice(configuration.settings.store.seal, StateKey())
        // Also where the configuration cannot be used: then it stays where it is.
        let keeper = DescriptorKeeper(taking: &inherited, logger: logger)
        let stored: StoredSession? =
            try configuration.unusable == nil ? open(configuration, sealing, keeper, clock.now(), logger) : nil
        let sockets = try Sockets(inherited: inherited, options: options, logger: logger)
        defer { sockets.remove() }
        let notifier = ServiceNotifier()
        let problems = [sealing.problem].compactMap { $0 }
        let server = try makeServer(sockets, configuration, problems, clock, notifier, logger)
        guard let stored, let authority = configuration.authority else { return server.run(serving: nil) }
        server.run(serving: makeSession(stored, authority, configuration.settings, clock, server))
    }

    private func makeServer(
        _ sockets: Sockets, _ configuration: DaemonConfiguration, _ problems: [HealthAnswer.Problem],
        _ clock: SystemClock, _ notifier: ServiceNotifier, _ logger: Logger
    ) throws(StartFailure) -> Server {
        do throws(ServerError) {
            return try Server(
                listeners: sockets.listeners, limits: configuration.settings.serverLimits,
                access: configuration.settings.accessPolicy,
                facts: configuration.facts(startedAt: clock.now(), problems: problems),
                logger: logger, clock: clock, hooks: hooks(notifier, configuration, logger),
                aliveInterval: notifier.watchdogInterval())
        } catch {
            throw StartFailure(status: StartFailure.system, message: "\(error)")
        }
    }

    private func takeDescriptors() throws(StartFailure) -> [InheritedDescriptor] {
        do throws(SystemdError) { return try InheritedDescriptor.takeAll() } catch {
            throw StartFailure(status: StartFailure.system, message: "\(error)")
        }
    }

    private func open(
        _ configuration: DaemonConfiguration, _ sealing: SealingChoice, _ keeper: sending DescriptorKeeper, _ now: Moment,
        _ logger: Logger
    ) throws(StartFailure) -> sending StoredSession {
        let folder =
            options.stateDirectory ?? getenv("STATE_DIRECTORY").map { String(cString: $0) } ?? "/var/lib/sessiond"
        let machine = (try? MachineIdentity.machine()).flatMap(HexIdentifier.init)
        let storeOptions = StoreOptions(
            machineID: machine, otherMachine: configuration.settings.storeOptions, sealing: sealing.sealing)
        let stored = try StoredSession(
            folder: folder, options: storeOptions, keeper: keeper, now: now, logger: logger)
        if case .locked = stored.origin {} else { sealing.report(to: logger) }
        return stored
    }

    private func makeSession(
        _ stored: sending StoredSession, _ authority: AuthorityChoice, _ settings: Settings, _ clock: SystemClock,
        _ server: Server
    ) -> DeviceSession {
        let origin = stored.origin
        let session = DeviceSession(
            DeviceSession.Surroundings(
                makeAuthority: { authority.make($0, clock) }, store: stored.store, clock: clock,
                bootID: (try? MachineIdentity.boot()) ?? "", policy: settings.sessionPolicy, observer: server.observer))
        session.begin(with: origin)
        if case .synerise = authority { NetworkMonitor.start { session.networkReturned() } }
        return session
    }

    // A status that cannot be sent is no reason to stop: the service manager notices by itself when it matters.
    private func hooks(
        _ notifier: ServiceNotifier, _ configuration: DaemonConfiguration, _ logger: Logger
    ) -> ServerHooks {
        ServerHooks(
            ready: {
                logger.notice("ready", metadata: ["MESSAGE_ID": "\(JournalEvent.started.rawValue)"])
                _ = try? notifier.ready(status: configuration.unusable?.message)
            },
            status: { _ = try? notifier.status($0) },
            stopping: {
                logger.notice("stopping", metadata: ["MESSAGE_ID": "\(JournalEvent.stopping.rawValue)"])
                _ = try? notifier.stopping()
            },
            alive: { _ = try? notifier.watchdog() })
    }
}
