// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import DeviceSession
import Glibc
import LineServer
import Logging
import SessionConfiguration
import SessionProtocol
import SessionServer
import SessiondPrimitives
import SessiondSystemd

/// The daemon from its first step to its last.
struct Daemon {
    let options: Options
    let loader: ConfigurationLoader

    /// How long what was logged last may take to be written.
    private static let logFlush = Duration.seconds(2)
    /// How long the start lasts: those who waited for it have been answered by the first instant; by the second one the
    /// authority has, whose libraries are loaded with its first request.
    private static let startLasts = [Duration.seconds(1), .seconds(10)]

    func run() throws(StartFailure) {
        umask(0o077)
        // Where its threads may not have the priority it wants, libdispatch tells syslog(3), which waits for journald.
        setenv("LIBDISPATCH_LOG", "NO", 1)
        try checkSystem()
        let log = try startLog()
        defer { log.flush(within: Daemon.logFlush) }
        let logger = Logger(label: "sessiond") { _ in log.makeHandler() }
        do throws(StartFailure) {
            try serve(log, logger)
        } catch {
            if !error.isLogged { logger.critical("\(error.message)") }
            var logged = error
            logged.isLogged = true
            throw logged
        }
    }

    // libdispatch ends the process with SIGILL where it finds none of these, at some moment of its own.
    private func checkSystem() throws(StartFailure) {
        try DescriptorLimit.raise()
        guard access("/proc/self/stat", R_OK) == 0 else {
            throw StartFailure(
                status: StartFailure.system,
                message: "there is no /proc, which the daemon cannot run without: mount -t proc proc /proc")
        }
    }

    private func startLog() throws(StartFailure) -> SystemdLogging {
        do throws(SystemdError) {
            let sink = UnitHintSink(before: SystemdLogging.preferredSink(), hints: ["PEER_PID": "PEER_UNIT"])
            return try SystemdLogging(
                level: options.logLevel, sink: sink, lossID: MessageID(JournalEvent.linesLost.rawValue))
        } catch {
            throw StartFailure(status: StartFailure.system, message: "\(error)")
        }
    }

    private func serve(_ log: SystemdLogging, _ logger: Logger) throws(StartFailure) {
        var inherited = try takeDescriptors()
        let clock = SystemClock()
        let startedAt = clock.now()
        var configuration = DaemonConfiguration(loader, at: startedAt, logger: logger)
        let names = DaemonNames(socketGroup: options.socketGroup)
        names.begin(with: configuration.settings)
        let isByHand = inherited.isEmpty && getenv("NOTIFY_SOCKET") == nil
        // Also where the configuration cannot be used: what is kept stays where it is.
        let keeper = DescriptorKeeper(taking: &inherited, logger: logger)
        let start = SessionStart(
            folder: options.folder.path, markFolder: options.folder.markPath, clock: clock, keeper: keeper,
            key: StateKey(), logger: logger)
        let stored = try start.open(&configuration)
        if let unusable = configuration.unusable, isByHand {
            var failure = StartFailure(status: StartFailure.unusableConfiguration, message: unusable.message)
            failure.isLogged = true
            throw failure
        }
        configuration.standings = names.settled()
        configuration.report(on: names).log(since: nil, to: logger)
        let sockets = try Sockets(
            inherited: inherited, options: options, groupStanding: names.socketGroupStanding, logger: logger)
        defer { sockets.remove() }
        let problems = stored?.problems ?? Monitor([])
        let server = try makeServer(
            sockets,
            configuration.forServer(startedAt: startedAt, start: start, stored: problems.withLock { $0 }, names: names),
            clock,
            hooks(log, configuration, logger), logger)
        var session: DeviceSession?
        if let stored, case .success(let authority) = configuration.authority {
            session = start.begin(stored, configuration, with: authority, observer: server.observer)
        }
        let reloader = Reloader(
            loader, configuration, startedAt: startedAt, session: session, stored: problems, start: start,
            observer: server.observer, names: names, whenNamesChanged: server.adopt)
        follow(names, sockets, reloader, logger)
        server.run(serving: session, reload: reloader.reload)
    }

    private func follow(_ names: DaemonNames, _ sockets: Sockets, _ reloader: Reloader, _ logger: Logger) {
        names.observe {
            sockets.admit(names.socketGroupStanding, logger: logger)
            reloader.namesChanged()
        }
    }

    private func makeServer(
        _ sockets: Sockets, _ configuration: ServerConfiguration, _ clock: SystemClock, _ hooks: ServerHooks,
        _ logger: Logger
    ) throws(StartFailure) -> Server {
        do throws(ServerError) {
            return try Server(
                listeners: sockets.listeners, configuration: configuration, logger: logger, clock: clock, hooks: hooks,
                aliveInterval: ServiceNotifier().watchdogInterval())
        } catch {
            throw StartFailure(status: StartFailure.system, message: "\(error)")
        }
    }

    private func takeDescriptors() throws(StartFailure) -> [InheritedDescriptor] {
        do throws(SystemdError) { return try InheritedDescriptor.takeAll() } catch {
            throw StartFailure(status: StartFailure.system, message: "\(error)")
        }
    }

    // A status that cannot be sent is no reason to stop: the service manager notices by itself when it matters.
    private func hooks(
        _ log: SystemdLogging, _ configuration: DaemonConfiguration, _ logger: Logger
    ) -> ServerHooks {
        let notifier = ServiceNotifier()
        return ServerHooks(
            ready: {
                logger.notice("ready", metadata: ["MESSAGE_ID": "\(JournalEvent.started.rawValue)"])
                _ = try? notifier.ready(status: configuration.unusable?.message)
                Task.detached {
                    let start = ContinuousClock.now
                    for instant in Daemon.startLasts {
                        try? await Task.sleep(until: start + instant)
                        clinux_give_back_memory()
                    }
                }
            },
            status: { _ = try? notifier.status($0) },
            stopping: {
                logger.notice("stopping", metadata: ["MESSAGE_ID": "\(JournalEvent.stopping.rawValue)"])
                _ = try? notifier.stopping()
            },
            alive: { _ = try? notifier.watchdog() },
            reloading: { _ = try? notifier.reloading() },
            reloaded: { _ = try? notifier.ready(status: $0) },
            logLevel: { log.level.value = $0 }, lostLogLines: { log.queue.lostEntries })
    }
}
