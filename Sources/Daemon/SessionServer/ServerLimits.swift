// SPDX-License-Identifier: Apache-2.0

package import LineServer
import SessionProtocol

/// How much the daemon takes on, `[Limits]`.
package struct ServerLimits: Sendable, Equatable {
    /// What concerns connections and their lines.
    package var lines = LineLimits(longestLineBytes: WireLimits.requestLineBytes)
    /// Connections of one user on behalf of one origin.
    package var connectionsPerOrigin = 16
    /// Sign-ins of one user that may fail in a row before the next one has to wait.
    package var failedSignIns = 5
    /// The longest such wait; zero: there is none.
    package var failedSignInDelay = Duration.seconds(60)

    /// The defaults.
    package init() {}

    /// What of that is left for the answers to those who have waited in vain.
    static let lastAnswers = Duration.milliseconds(500)
    /// How long the session may then take to be stored.
    static let lastStore = Duration.seconds(5)
    /// Events that wait for a watcher at most; with one more it hears ``EventKind/overflow`` and no other.
    static let queuedEvents = 64
    /// Events that are kept for watchers who come again.
    static let keptEvents = 256
    /// How long a watcher may take to read its last event.
    static let lastEvent = Duration.seconds(30)
}
