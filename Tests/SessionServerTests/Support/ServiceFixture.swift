// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Foundation
import Logging
import SessionMachine
import SessionProtocol

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

/// The service with a real session behind it: a ``GatedAuthority``, time that stands still, and a log that is kept.
final class ServiceFixture: Sendable {
    /// What the surroundings were told.
    struct Hooks: Sendable {
        var statuses: [String] = []
        /// What the manager is told of reloads.
        var reloads: [String] = []
        /// Reloads that were asked for and are not over.
        var pending: [(dryRun: Bool, finish: @Sendable (ReloadOutcome) -> Void)] = []
        var logLevels: [Logger.Level] = []
        var isReady = false
        var isStopping = false
        var alive = 0
        var lostLogLines = 0
        /// What the loop's thread is to do next.
        var onLoop: [@Sendable () -> Void] = []
    }

    let clock = VirtualClock()
    let authority: GatedAuthority
    let log = Watched<[LogLine]>([])
    let hooks = Watched(Hooks())
    private let socket: ListeningSocket
    private let observerSocket: ListeningSocket
    private let mailbox: LoopMailbox<ServerMessage>
    private let session: DeviceSession
    private let loop = Watched<LoopThread?>(nil)
    private let hasEnded = Watched(false)

    /// The thread's own, which only it may touch.
    // @unchecked: a test reads it while it has the loop's thread wait.
    struct LoopThread: @unchecked Sendable {
        let thread: pthread_t
        let service: SessionService
        let loop: EventLoop
    }

    init(
        isOpen: Bool = true, limits: ServerLimits = ServerLimits(), logTokenReads: ServerFacts.TokenReadLog = .first,
        unusable: SessionError? = nil, aliveInterval: Duration? = nil, kiosk: KioskPolicy = KioskPolicy(),
        store: any SessionStore & Sendable = NoStore()
    ) throws {
        authority = GatedAuthority(isOpen: isOpen)
        (socket, observerSocket) = (try ListeningSocket(), try ListeningSocket())
        mailbox = try LoopMailbox()
        let (authority, mailbox, clock) = (authority, mailbox, clock)
        let observer = DeviceSession.Observer(
            publish: { mailbox.post(.published($0)) }, announce: { mailbox.post(.changed($0)) },
            storeChanged: { mailbox.post(.store($0)) },
            signOutEnded: { mailbox.post(.signOutEnded($0)) })
        session = DeviceSession(
            DeviceSession.Surroundings(
                makeAuthority: { _ in authority }, store: store,
                reopen: { .locked(SessionError(.storeLocked, "it cannot be read"), generation: 0) }, clock: clock,
                bootID: "boot", policy: SessionPolicy(kiosk: kiosk), observer: observer))
        let facts = ServerFacts(
            server: "sessiond/test", startedAt: clock.now(),
            configuration: InfoAnswer.Configuration(files: [], loadedAt: clock.now().wall), unusable: unusable,
            logTokenReads: logTokenReads)
        start(facts, limits)
        try hooks.wait("the service") { $0.isReady }
    }

    deinit {
        signal(SIGTERM)
        // Calls under way have five seconds to be answered.
        _ = try? hooks.wait("the stop") { $0.isStopping }
        lapse(.seconds(10))
        _ = try? hasEnded.wait("the end of the loop") { $0 }
    }

    private func start(_ facts: ServerFacts, _ limits: ServerLimits) {
        let (mailbox, clock, session, log, hooks) = (mailbox, clock, session, log, hooks)
        let (started, ended) = (loop, hasEnded)
        let listeners = [
            Listener(socket: socket.descriptor, role: ListenerRole.client.rawValue),
            Listener(socket: observerSocket.descriptor, role: ListenerRole.observer.rawValue),
        ]
        Thread.detachNewThread {
            let service = SessionService(
                ServerConfiguration(
                    limits: limits, access: AccessPolicy(rules: [], ownUser: geteuid()), facts: facts),
                mailbox: mailbox, journal: ServerJournal(logger: LogCollector.logger(log)),
                hooks: .collecting(in: hooks), clock: clock)
            if let loop = try? EventLoop(
                service: service, wakenBy: mailbox.descriptor, listeners: listeners, limits: limits.lines,
                clock: { clock.boottime },
                onInterval: nil)
            {
                (service.loop, service.owner.session) = (loop, session)
                started.change { $0 = LoopThread(thread: pthread_self(), service: service, loop: loop) }
                session.begin(with: .new(generation: 1))
                loop.run()
            }
            started.change { $0 = nil }
            ended.change { $0 = true }
        }
    }

    /// Events that were encoded; to be asked for once the loop has settled.
    var encodedEvents: Int? { loop.change { $0?.service.watchers.encodings } }

    /// Who watches; to be asked for once the loop has settled.
    var watchers: Int? { loop.change { $0?.service.watchers.connections.count } }

    /// When the session is over, as the loop has it.
    var overAt: Duration? { loop.change { $0?.service.published.overAt } }

    /// Waits until a reload was asked for, and ends it.
    func finishReload(_ outcome: ReloadOutcome) throws {
        try hooks.wait("a reload") { !$0.pending.isEmpty }
        hooks.change { $0.pending.removeFirst() }.finish(outcome)
    }

    /// What holds after a reload, with the fixture's own rules.
    func configuration(
        limits: ServerLimits = ServerLimits(), problem: String? = nil, pages: [AccessPolicy.PageRule] = []
    ) -> ServerConfiguration {
        let facts = ServerFacts(
            server: "sessiond/test", startedAt: clock.now(),
            configuration: InfoAnswer.Configuration(files: ["c"], loadedAt: clock.now().wall, problem: problem),
            unusable: nil, logTokenReads: .first)
        return ServerConfiguration(
            limits: limits, access: AccessPolicy(rules: [], pageRules: pages, ownUser: geteuid()), facts: facts)
    }

    /// A connection that speaks for pages, which may do what they are listed with.
    func connectForPages(_ capabilities: Set<Capability>) async throws -> TestClient {
        let origin = try WebOrigin("https://till.example.com")
        try adopt(configuration(pages: [AccessPolicy.PageRule(capabilities: capabilities, origin: origin)]))
        let client = try connect()
        try client.call(0, .hello, #"{"protocol":[1],"onBehalfOf":{"origin":"\#(origin)"}}"#)
        guard try await client.answer().result != nil else { throw TestFailure("the pages were refused") }
        return client
    }

    /// Has the loop follow a configuration that nobody asked for.
    func adopt(_ configuration: ServerConfiguration) throws {
        mailbox.post(.adopted(configuration))
        try settle()
    }

    /// Runs something on the loop's thread, and waits until that is done.
    func onLoop(_ body: @escaping @Sendable (SessionService, EventLoop) -> Void) throws {
        let thread = loop.change { $0 }
        hooks.change { $0.onLoop.append { if let thread { body(thread.service, thread.loop) } } }
        try settle()
    }

    func connect() throws -> TestClient { try TestClient(path: socket.path) }

    func connectAsObserver() throws -> TestClient { try TestClient(path: observerSocket.path) }

    /// Sends a signal to the loop's thread.
    func signal(_ number: Int32) { if let thread = loop.change({ $0?.thread }) { pthread_kill(thread, number) } }

    func awaitEnd() async throws { try await waiting { [hasEnded] in _ = try hasEnded.wait("the end") { $0 } } }

    /// Lets time pass, until session and loop have taken note.
    func advance(by duration: Duration) throws {
        clock.advance(by: duration)
        try settle()
    }

    /// Lets time pass, without waiting for anything.
    func lapse(_ duration: Duration) {
        clock.advance(by: duration)
        mailbox.post(.alive)
    }

    /// Waits until what came before has passed through the loop, the session and the loop again.
    func settle() throws {
        for _ in 0..<2 {
            let before = hooks.change { $0.alive }
            session.whenIdle { [mailbox] in mailbox.post(.alive) }
            try hooks.wait("the session") { $0.alive > before }
        }
    }

    /// Waits until something like that was logged.
    func awaitLine(_ what: String, where isWanted: @escaping (LogLine) -> Bool) async throws {
        try await waiting { [log] in _ = try log.wait(what) { $0.contains(where: isWanted) } }
    }
}

extension ServerHooks {
    static func collecting(in hooks: Watched<ServiceFixture.Hooks>) -> ServerHooks {
        var made = ServerHooks(
            ready: { hooks.change { $0.isReady = true } },
            status: { line in hooks.change { $0.statuses.append(line) } },
            stopping: { hooks.change { $0.isStopping = true } },
            alive: {
                let todo = hooks.change { hooks in
                    defer { hooks.onLoop = [] }
                    return hooks.onLoop
                }
                for body in todo { body() }
                hooks.change { $0.alive += 1 }
            },
            reloading: { hooks.change { $0.reloads.append("begins") } },
            reloaded: { line in hooks.change { $0.reloads.append("ended: \(line)") } },
            logLevel: { level in hooks.change { $0.logLevels.append(level) } },
            lostLogLines: { hooks.change { $0.lostLogLines } })
        made.reload = { dryRun, finish in hooks.change { $0.pending.append((dryRun, finish)) } }
        return made
    }
}
