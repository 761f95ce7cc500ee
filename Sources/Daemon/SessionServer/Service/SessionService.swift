// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

/// Answers requests: reads out of the session's snapshot, on the loop's thread; everything else by the session's owner.
final class SessionService: LineService {
    var configuration: ServerConfiguration
    let clock: any SessionClock
    var now = Duration.zero
    let mailbox: LoopMailbox<ServerMessage>
    weak var loop: EventLoop?
    var life: ServiceLife
    /// Who decides.
    var owner = SessionOwner()
    /// What the owner has published last.
    var published = PublishedSession()
    var scanner = EnvelopeScanner()
    var calls = PendingCalls()
    var prepared = PreparedReads()
    var watchers = Watchers()
    var pages = PageConnections()
    var records: ServiceRecords

    init(
        _ configuration: ServerConfiguration, mailbox: LoopMailbox<ServerMessage>, journal: ServerJournal,
        hooks: ServerHooks, clock: any SessionClock
    ) {
        (self.configuration, self.mailbox, self.clock) = (configuration, mailbox, clock)
        (life, records) = (ServiceLife(hooks: hooks), ServiceRecords(journal: journal))
        records.signIns.limits = configuration.limits
    }

    var facts: ServerFacts { configuration.facts }

    /// The session's snapshot.
    ///
    /// - Throws: ``SessionError`` named `storeLocked` where what is stored cannot be read.
    func snapshot() throws(SessionError) -> SessionSnapshot { try published.snapshot() }

    func accept(_ peer: Peer, by role: Int) -> (context: AnyObject, bits: UInt64) {
        records.counts.acceptedConnections += 1
        let isObserver = role == ListenerRole.observer.rawValue
        let caller = Caller(
            peer: peer, isObserver: isObserver, isTrusted: configuration.access.isTrusted(peer.credentials))
        return (caller, Connection.bits(allowing: capabilities(of: caller)))
    }

    func isPrivileged(_ peer: Peer) -> Bool {
        configuration.access.capabilities(of: peer.credentials, isObserver: false).contains(.admin)
    }

    func complaint(about fault: ConnectionFault) -> [UInt8] {
        ResponseLine.line(id: Array("null".utf8), error: fault.error)
    }

    func note(_ fault: ConnectionFault) { records.counts.failed(fault) }
}
