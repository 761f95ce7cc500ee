// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd
import Glibc

/// Adds to entries about a process the systemd unit that it belongs to, where that can be had, on its way to a sink.
///
/// A hint for people, and no more: the process may be gone by then, its number another one's, and a sandbox may hide
/// it. It is looked up when the entry is written, so that nobody who logs waits for it.
package struct UnitHintSink: LogSink {
    /// The name of the unit that a process belongs to; `nil` where it is not to be had.
    typealias Lookup = @Sendable (Int32) -> String?

    private let sink: any LogSink
    private let hints: [String: String]
    private let lookUp: Lookup

    /// A sink in front of another one.
    ///
    /// - Parameter hints: Fields that hold the id of a process, each with the field that its unit goes to.
    package init(before sink: any LogSink, hints: [String: String]) {
        self.init(before: sink, hints: hints, lookUp: Self.unit)
    }

    init(before sink: any LogSink, hints: [String: String], lookUp: @escaping Lookup) {
        (self.sink, self.hints, self.lookUp) = (sink, hints, lookUp)
    }

    /// Writes the entry with what could be added to it.
    package func write(_ entry: LogEntry) {
        let added = entry.fields.compactMap { field in
            hints[field.name].flatMap { name in
                Int32(field.value).flatMap(lookUp).flatMap { JournalField(name: name, value: $0) }
            }
        }
        sink.write(
            added.isEmpty ? entry : LogEntry(level: entry.level, message: entry.message, fields: entry.fields + added))
    }

    /// Reads `/proc/PID/cgroup`, sd_pid_get_unit(3).
    static func unit(of process: Int32) -> String? {
        var name: UnsafeMutablePointer<CChar>?
        // 0 stands for this process, which is never meant.
        guard process > 0, sd_pid_get_unit(process, &name) >= 0, let name else { return nil }
        defer { free(name) }
        return String(cString: name)
    }
}
