// SPDX-License-Identifier: Apache-2.0

package import Logging

/// One log entry on its way to a sink.
package struct LogEntry: Hashable, Sendable {
    /// How severe it is.
    package let level: Logger.Level
    /// The text for people.
    package let message: String
    /// The values for programs, in any order; no name twice.
    package let fields: [JournalField]

    /// Makes an entry.
    package init(level: Logger.Level, message: String, fields: [JournalField] = []) {
        self.level = level
        self.message = message
        self.fields = fields
    }

    /// What the entry counts against the limit of the queue: its texts, in bytes.
    var byteCount: Int {
        fields.reduce(message.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }
}
