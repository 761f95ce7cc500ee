// SPDX-License-Identifier: Apache-2.0

import Glibc
package import Logging

/// The log of a process: one queue, one level, as many loggers as wanted.
package struct SystemdLogging: Sendable {
    /// The lowest level that is logged; setting its value changes all loggers.
    package let level: SharedLogLevel
    /// The queue that all handlers submit to.
    package let queue: BoundedLogQueue

    /// Starts the queue and its thread.
    ///
    /// - Parameters:
    ///   - sink: The journal where stderr is connected to it, stderr otherwise.
    ///   - lossID: The `MESSAGE_ID` of "N log messages were lost".
    /// - Throws: ``SystemdError/thread(name:errorNumber:)``.
    package init(
        level: Logger.Level,
        sink: any LogSink = SystemdLogging.preferredSink(),
        lossID: MessageID? = nil
    ) throws(SystemdError) {
        self.level = SharedLogLevel(level)
        self.queue = try BoundedLogQueue(sink: sink, lossID: lossID)
    }

    /// Makes a handler for `LoggingSystem.bootstrap`, or for a `Logger` that is passed along.
    package func makeHandler(metadataProvider: Logger.MetadataProvider? = nil) -> SystemdLogHandler {
        SystemdLogHandler(queue: queue, level: level, metadataProvider: metadataProvider)
    }

    /// Blocks until everything logged before is written, or the time is over; for the end of the process.
    ///
    /// - Returns: Whether everything was written.
    @discardableResult
    package func flush(within limit: Duration) -> Bool {
        queue.flush(within: limit)
    }
}

extension SystemdLogging {
    /// Chooses the journal where stderr is connected to it, stderr otherwise.
    package static func preferredSink() -> any LogSink {
        let stream = Environment.value(of: "JOURNAL_STREAM")
        return preferredSink(journalStream: stream, descriptor: STDERR_FILENO)
    }

    static func preferredSink(journalStream: String?, descriptor: CInt) -> any LogSink {
        let stream = journalStream.flatMap(JournalStream.init)
        let isJournal = stream?.isConnected(to: descriptor) ?? false
        return isJournal ? JournalSink() : StandardErrorSink(descriptor: descriptor)
    }
}
