// SPDX-License-Identifier: Apache-2.0

public import Logging

/// The log of a process: one queue, one level, as many loggers as wanted.
public struct SystemdLogging: Sendable {
    /// The lowest level that is logged; setting its value changes all loggers.
    public let level: SharedLogLevel
    /// The queue that all handlers submit to.
    public let queue: BoundedLogQueue

    /// Starts the queue and its thread.
    ///
    /// - Parameters:
    ///   - sink: The journal where stderr is connected to it, stderr otherwise.
    ///   - lossID: The `MESSAGE_ID` of "N log messages were lost".
    /// - Throws: ``SystemdError/thread(name:errorNumber:)``.
    public init(
        level: Logger.Level,
        sink: any LogSink = SystemdLogging.preferredSink(),
        lossID: MessageID? = nil
    ) throws(SystemdError) {
        self.level = SharedLogLevel(level)
        self.queue = try BoundedLogQueue(sink: sink, lossID: lossID)
    }

    /// Makes a handler for `LoggingSystem.bootstrap`, or for a `Logger` that is passed along.
    public func makeHandler(metadataProvider: Logger.MetadataProvider? = nil) -> SystemdLogHandler {
        SystemdLogHandler(queue: queue, level: level, metadataProvider: metadataProvider)
    }

    /// Blocks until everything logged before is written, or the time is over; for the end of the process.
    ///
    /// - Returns: Whether everything was written.
    @discardableResult
    public func flush(within limit: Duration) -> Bool {
        queue.flush(within: limit)
    }
}
