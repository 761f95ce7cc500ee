// SPDX-License-Identifier: Apache-2.0

import Logging

@testable import TestSupport

/// What was logged.
struct LogLine: Sendable {
    let level: Logger.Level
    let text: String
    let fields: [String: String]
}

/// A log handler that keeps what it gets.
struct LogCollector: LogHandler {
    let lines: Watched<[LogLine]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = (event.metadata ?? [:]).mapValues(\.description)
        let line = LogLine(level: event.level, text: event.message.description, fields: fields)
        lines.change { $0.append(line) }
    }

    /// A logger whose lines go there.
    static func logger(_ lines: Watched<[LogLine]>) -> Logger {
        Logger(label: "test") { _ in LogCollector(lines: lines) }
    }
}
