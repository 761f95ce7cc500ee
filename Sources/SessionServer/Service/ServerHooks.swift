// SPDX-License-Identifier: Apache-2.0

public import Logging
import SessionProtocol

/// What the server tells its surroundings, or asks of them; called on the loop's thread, which they must not hold up.
public struct ServerHooks {
    /// Has the configuration read again, or with the first parameter tried only; the outcome comes on any thread.
    public typealias Reload = (_ dryRun: Bool, _ finish: @escaping @Sendable (ReloadOutcome) -> Void) -> Void

    /// Connections are taken from now on.
    public var ready: () -> Void
    /// How the session stands, in one line without anything of the customer's.
    public var status: (String) -> Void
    /// The daemon stops.
    public var stopping: () -> Void
    /// Loop and session are alive.
    public var alive: () -> Void
    /// A reload begins.
    public var reloading: () -> Void
    /// A reload has ended, well or not; with the line of ``status``.
    public var reloaded: (String) -> Void
    /// The lowest level that is logged from now on.
    public var logLevel: (Logger.Level) -> Void
    /// How many log lines were lost so far.
    public var lostLogLines: () -> Int
    /// Reads the configuration again.
    public var reload: Reload = { _, finish in
        finish(ReloadOutcome(.failure(SessionError(.unsupported, "this daemon cannot reload its configuration"))))
    }

    /// Hooks of those parts.
    public init(
        ready: @escaping () -> Void, status: @escaping (String) -> Void, stopping: @escaping () -> Void,
        alive: @escaping () -> Void, reloading: @escaping () -> Void, reloaded: @escaping (String) -> Void,
        logLevel: @escaping (Logger.Level) -> Void, lostLogLines: @escaping () -> Int
    ) {
        (self.ready, self.status, self.stopping, self.alive) = (ready, status, stopping, alive)
        (self.reloading, self.reloaded, self.logLevel) = (reloading, reloaded, logLevel)
        self.lostLogLines = lostLogLines
    }
}
