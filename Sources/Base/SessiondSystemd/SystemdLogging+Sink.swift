// SPDX-License-Identifier: Apache-2.0

import Glibc

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
