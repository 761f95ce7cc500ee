// SPDX-License-Identifier: Apache-2.0

public import Logging

/// One log entry on its way to a sink.
public struct LogEntry: Hashable, Sendable {
    /// How severe it is.
    public let level: Logger.Level
    /// The text for people.
    public let message: String
    /// The values for programs, in any order; no name twice.
    public let fields: [JournalField]

    /// Makes an entry.
    public init(level: Logger.Level, message: String, fields: [JournalField] = []) {
        self.level = level
        self.message = message
        self.fields = fields
    }

    /// What the entry counts against the limit of the queue: its texts, in bytes.
    var byteCount: Int {
        fields.reduce(message.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }
}
