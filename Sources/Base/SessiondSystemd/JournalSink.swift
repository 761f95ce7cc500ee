// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd

/// Sends entries to journald with their fields, sd_journal_sendv(3).
///
/// `SYSLOG_IDENTIFIER` is added by libsystemd.
package struct JournalSink: LogSink {
    /// Opens nothing yet.
    package init() {}

    /// Waits while journald does not read.
    package func write(_ entry: LogEntry) {
        JournalRecord(entry).withVectors { vectors in
            _ = sd_journal_sendv(vectors.baseAddress, CInt(vectors.count))
        }
    }
}
