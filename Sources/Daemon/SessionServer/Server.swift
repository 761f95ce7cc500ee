// SPDX-License-Identifier: Apache-2.0

package import DeviceSession
package import LineServer
package import Logging

/// The daemon's socket side: one thread that serves all connections until it is told to stop by a signal.
package final class Server {
    private let loop: EventLoop
    private let service: SessionService
    private let mailbox: LoopMailbox<ServerMessage>

    /// A server that serves nobody yet.
    ///
    /// SIGTERM, SIGINT and SIGHUP are blocked in the calling thread from here on: threads made later inherit that.
    /// - Parameter aliveInterval: How often ``ServerHooks/alive`` is called; `nil`: never.
    /// - Throws: ``ServerError``: the kernel gives it no descriptors.
    package init(
        listeners: [Listener], configuration: ServerConfiguration, logger: Logger,
        clock: any SessionClock,
        hooks: ServerHooks, aliveInterval: Duration?
    ) throws(ServerError) {
        let mailbox = try LoopMailbox<ServerMessage>()
        let service = SessionService(
            configuration, mailbox: mailbox, journal: ServerJournal(logger: logger), hooks: hooks, clock: clock)
        // The proof of life goes through the session's thread and back: either one that hangs stops it.
        let beat = { [weak service] in
            guard let session = service?.owner.session else { return mailbox.post(.alive) }
            session.whenIdle { mailbox.post(.alive) }
        }
        loop = try EventLoop(
            service: service, wakenBy: mailbox.descriptor, listeners: listeners, limits: configuration.limits.lines,
            clock: { clock.boottime },
            onInterval: aliveInterval.map { ($0, beat) })
        service.loop = loop
        (self.service, self.mailbox) = (service, mailbox)
    }

    /// What the session that is served must report to.
    package var observer: DeviceSession.Observer {
        let mailbox = mailbox
        return DeviceSession.Observer(
            publish: { mailbox.post(.published($0)) },
            announce: { mailbox.post(.changed($0)) },
            storeChanged: { mailbox.post(.store($0)) },
            signOutEnded: { mailbox.post(.signOutEnded($0)) })
    }

    /// Follows a configuration, by that and from then on; may be called on any thread.
    package var adopt: @Sendable (ServerConfiguration) -> Void {
        let mailbox = mailbox
        return { mailbox.post(.adopted($0)) }
    }

    /// Serves a session until a signal says stop; connections are taken as soon as the session has begun.
    ///
    /// - Parameters:
    ///   - session: The session; `nil` where the configuration cannot be used.
    ///   - reload: What `daemon.reload` and SIGHUP lead to.
    package func run(serving session: DeviceSession?, reload: @escaping ServerHooks.Reload) {
        service.owner.session = session
        service.life.hooks.reload = reload
        if session == nil { service.serve() }
        loop.run()
    }
}
