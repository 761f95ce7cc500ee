// SPDX-License-Identifier: Apache-2.0

import Logging
import SessiondPrimitives

/// The writing end of a log queue; runs on the queue's thread.
struct LogDrain: Sendable {
    let backlog: Monitor<LogBacklog>
    let sink: any LogSink
    let lossID: MessageID?

    /// Returns when the backlog is closed and written.
    func run() {
        while let items = backlog.withLock(when: { $0.hasWork }, { $0.take() }) {
            write(items)
        }
    }

    private func write(_ items: [LogBacklog.Item]) {
        // Popped from the end of the reversed list, so that each entry is freed when written, not with the last one.
        var remaining = Array(items.reversed())
        while let item = remaining.popLast() {
            sink.write(entry(for: item))
            backlog.withLock { $0.finish(item) }
        }
    }

    private func entry(for item: LogBacklog.Item) -> LogEntry {
        switch item {
        case .entry(let entry): entry
        case .losses(let count): lossReport(count)
        }
    }

    private func lossReport(_ count: Int) -> LogEntry {
        let identifier = lossID.flatMap { JournalField(name: MessageID.fieldName, value: $0.description) }
        let text = count == 1 ? "1 log message was lost" : "\(count) log messages were lost"
        return LogEntry(level: .warning, message: text, fields: identifier.map { [$0] } ?? [])
    }
}
