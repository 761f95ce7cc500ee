// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

/// Answers requests: reads out of the session's snapshot, on the loop's thread; everything else by the session's owner.
final class SessionService: LineService {
    var facts: ServerFacts
    let clock: any SessionClock
    var now = Duration.zero
    var access: AccessPolicy
    var journal: ServerJournal
    weak var loop: EventLoop<SessionService>?
    /// Who decides; `nil` where the configuration cannot be used.
    var session: DeviceSession?
    /// The session as it was published last; `nil` before the first time.
    var state: SessionState?
    /// Whether connections are taken.
    var isServing = false
    var isStopping = false
    var reloadsUnderWay = 0
    var hooks: ServerHooks
    let routes = Route.table
    var pending: [CallID: PendingCall] = [:]
    var deadlines = DeadlineQueue()
    var scanner = EnvelopeScanner()
    var lastCall: CallID = 0
    var preparedToken = PreparedAnswer()
    var preparedStatus = PreparedAnswer()
    var preparedUUID = PreparedAnswer()
    // Who has had the token of this generation, so that each is logged once.
    var tokenReaders: (generation: Int64, users: Set<UInt32>) = (0, [])
    var touch = TouchRelay.idle
    var watchers = Watchers()
    var failedSignIns = FailedSignIns()
    var counts = ServiceCounts()
    // Those of the session's owner, as they were published last.
    var sessionCounts = SessionCounts()
    // What the service manager was told last.
    var lastStatusLine = ""

    init(
        _ configuration: ServerConfiguration, journal: ServerJournal, hooks: ServerHooks, clock: any SessionClock
    ) {
        (facts, access) = (configuration.facts, configuration.access)
        (self.journal, self.hooks, self.clock) = (journal, hooks, clock)
        failedSignIns.limits = configuration.limits
    }

    /// The session's generation; `nil` where there is none. By itself: a copy of the snapshot costs more than it.
    var generation: Int64?
    /// When the session is over, on CLOCK_BOOTTIME, if its owner does not say otherwise; `nil`: never. Also by itself.
    var overAt: Duration?

    /// The session's snapshot.
    ///
    /// - Throws: ``SessionError`` named `storeLocked` where what is stored cannot be read.
    func snapshot() throws(SessionError) -> SessionSnapshot {
        switch state {
        case .available(let snapshot): return snapshot
        case .locked(let error): throw error
        case nil: throw SessionError(.internalError, "the session has not begun")
        }
    }

    func accept(_ peer: Peer, by role: ListenerRole) -> Caller {
        counts.acceptedConnections += 1
        return Caller(
            peer: peer, isObserver: role == .observer, isTrusted: access.isTrusted(peer.credentials),
            capabilities: capabilities(of: peer, isObserver: role == .observer))
    }

    func isPrivileged(_ peer: Peer) -> Bool {
        access.capabilities(of: peer.credentials, isObserver: false).contains(.admin)
    }

    func complaint(about fault: ConnectionFault) -> [UInt8] {
        ResponseLine.line(id: Array("null".utf8), error: fault.error)
    }

    func note(_ fault: ConnectionFault) { counts.failed(fault) }
}
