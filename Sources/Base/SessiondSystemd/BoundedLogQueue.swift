// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// Log entries between those who log and one thread that writes them.
///
/// Nobody who logs ever waits for the sink: what does not fit is counted, and the count is written at the place of the
/// gap as soon as the sink is there. The thread sleeps while there is nothing to write. Released, the queue writes what
/// it holds and its thread ends.
package final class BoundedLogQueue: Sendable {
    /// The most entries that wait, unless told otherwise.
    package static let maximumEntries = 1024
    /// The most bytes of message, names and values that wait, unless told otherwise.
    package static let maximumBytes = 256 * 1024

    private let backlog: Monitor<LogBacklog>

    /// Starts the thread.
    ///
    /// - Parameter lossID: The `MESSAGE_ID` of "N log messages were lost"; none if nil.
    /// - Throws: ``SystemdError/thread(name:errorNumber:)``.
    package init(
        sink: any LogSink,
        maximumEntries: Int = BoundedLogQueue.maximumEntries,
        maximumBytes: Int = BoundedLogQueue.maximumBytes,
        lossID: MessageID? = nil
    ) throws(SystemdError) {
        let backlog = Monitor(LogBacklog(maximumEntries: maximumEntries, maximumBytes: maximumBytes))
        self.backlog = backlog
        let drain = LogDrain(backlog: backlog, sink: sink, lossID: lossID)
        let error = DetachedThread.start(name: "log") { drain.run() }
        guard error == 0 else { throw .thread(name: "log", errorNumber: error) }
    }

    deinit {
        backlog.withLock { $0.close() }
    }

    /// Takes an entry without waiting for the sink; one that does not fit is counted as lost.
    package func submit(_ entry: LogEntry) {
        backlog.withLock { $0.offer(entry) }
    }

    /// How many entries were lost so far.
    package var lostEntries: Int { backlog.withLock { $0.allLosses } }

    /// Blocks the calling thread until all that was submitted before is written, or the time is over.
    ///
    /// For the end of the process; not for a thread that serves.
    ///
    /// - Returns: Whether everything was written.
    @discardableResult
    package func flush(within limit: Duration) -> Bool {
        let deadline = MonotonicInstant.now.advanced(by: limit)
        let mark = backlog.withLock { $0.mark() }
        return backlog.wait(until: deadline.timespec) { $0.finished >= mark }
    }
}
