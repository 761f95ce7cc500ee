// SPDX-License-Identifier: Apache-2.0

package import Logging

/// Turns the events of swift-log into entries of a log queue.
///
/// - Level: the shared one, until `logLevel` is set on a logger, which then keeps its own.
/// - Metadata: each key that ``JournalField`` accepts becomes a field, described as text at the time of logging; other
///   keys are dropped without a word, since metadata of foreign libraries (lower-case keys) must not grow the journal's
///   set of fields. The event wins over the provider, the provider over the logger.
/// - `error`: the field `ERROR`.
/// - The logger's label, source, file and line are not sent.
package struct SystemdLogHandler: LogHandler {
    private let queue: BoundedLogQueue
    private let sharedLevel: SharedLogLevel
    private var ownLevel: Logger.Level?

    /// Fields of every entry of this logger.
    package var metadata: Logger.Metadata = [:]
    /// Fields of the task that logs.
    package var metadataProvider: Logger.MetadataProvider?

    /// Makes a handler; all handlers of a process share one queue and one level.
    package init(
        queue: BoundedLogQueue,
        level: SharedLogLevel,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.queue = queue
        self.sharedLevel = level
        self.metadataProvider = metadataProvider
    }

    /// The lowest level that is logged.
    package var logLevel: Logger.Level {
        get { ownLevel ?? sharedLevel.value }
        set { ownLevel = newValue }
    }

    /// One field of every entry of this logger.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Submits the event without waiting.
    package func log(event: LogEvent) {
        let entry = LogEntry(level: event.level, message: event.message.description, fields: fields(of: event))
        queue.submit(entry)
    }
}
