// SPDX-License-Identifier: Apache-2.0

package import Logging
import SessionProtocol

/// What the server tells its surroundings, or asks of them; called on the loop's thread, which they must not hold up.
package struct ServerHooks {
    /// Has the configuration read again, or with the first parameter tried only; the outcome comes on any thread.
    package typealias Reload = (_ dryRun: Bool, _ finish: @escaping @Sendable (ReloadOutcome) -> Void) -> Void

    /// Connections are taken from now on.
    package var ready: () -> Void
    /// How the session stands, in one line without anything of the customer's.
    package var status: (String) -> Void
    /// The daemon stops.
    package var stopping: () -> Void
    /// Loop and session are alive.
    package var alive: () -> Void
    /// A reload begins.
    package var reloading: () -> Void
    /// A reload has ended, well or not; with the line of ``status``.
    package var reloaded: (String) -> Void
    /// The lowest level that is logged from now on.
    package var logLevel: (Logger.Level) -> Void
    /// How many log lines were lost so far.
    package var lostLogLines: () -> Int
    /// Reads the configuration again.
    package var reload: Reload = { _, finish in
        finish(ReloadOutcome(.failure(SessionError(.unsupported, "this daemon cannot reload its configuration"))))
    }

    package init(
        ready: @escaping () -> Void, status: @escaping (String) -> Void, stopping: @escaping () -> Void,
        alive: @escaping () -> Void, reloading: @escaping () -> Void, reloaded: @escaping (String) -> Void,
        logLevel: @escaping (Logger.Level) -> Void, lostLogLines: @escaping () -> Int
    ) {
        (self.ready, self.status, self.stopping, self.alive) = (ready, status, stopping, alive)
        (self.reloading, self.reloaded, self.logLevel) = (reloading, reloaded, logLevel)
        self.lostLogLines = lostLogLines
    }
}
