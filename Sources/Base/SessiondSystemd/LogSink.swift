// SPDX-License-Identifier: Apache-2.0

/// Where log entries end.
package protocol LogSink: Sendable {
    /// Writes one entry; may wait as long as it has to.
    ///
    /// Called by one thread at a time. What cannot be written is dropped: there is nowhere left to report it.
    func write(_ entry: LogEntry)
}
