// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd
import Glibc
import SessiondPrimitives

/// Adds to entries about a process the systemd unit that it belongs to, where that can be had, on its way to a sink.
///
/// A hint for people, and no more: the process may be gone by then, its number another one's, and a sandbox may hide
/// it. It is looked up when the entry is written, so that nobody who logs waits for it, and once a second at most: a
/// look-up takes ten times as many system calls as an entry.
package final class UnitHintSink: LogSink {
    /// The name of the unit that a process belongs to; `nil` where it is not to be had.
    typealias Lookup = @Sendable (Int32) -> String?

    /// What was found since an instant.
    private struct Found {
        var units: [Int32: String?] = [:]
        var since: Duration = .zero
    }

    /// How long it is taken for true. Within it, the kernel gives no number of a process to another one.
    static let validity = Duration.seconds(1)
    /// Of how many processes it is remembered.
    static let maximumProcesses = 64

    private let sink: any LogSink
    private let hints: [String: String]
    private let lookUp: Lookup
    private let now: @Sendable () -> Duration
    private let found = Monitor(Found())

    /// A sink in front of another one.
    ///
    /// - Parameter hints: Fields that hold the id of a process, each with the field that its unit goes to.
    package convenience init(before sink: any LogSink, hints: [String: String]) {
        self.init(before: sink, hints: hints, lookUp: Self.unit)
    }

    init(
        before sink: any LogSink, hints: [String: String],
        now: @escaping @Sendable () -> Duration = { MonotonicInstant.now.sinceStart }, lookUp: @escaping Lookup
    ) {
        (self.sink, self.hints, self.now, self.lookUp) = (sink, hints, now, lookUp)
    }

    /// Writes the entry with what could be added to it.
    package func write(_ entry: LogEntry) {
        let added = entry.fields.compactMap { field in
            hints[field.name].flatMap { name in
                Int32(field.value).flatMap(unit).flatMap { JournalField(name: name, value: $0) }
            }
        }
        sink.write(
            added.isEmpty ? entry : LogEntry(level: entry.level, message: entry.message, fields: entry.fields + added))
    }

    private func unit(of process: Int32) -> String? {
        found.withLock { found in
            let now = now()
            if now - found.since >= Self.validity { found = Found(since: now) }
            if let known = found.units[process] { return known }
            if found.units.count >= Self.maximumProcesses { found = Found(since: now) }
            let unit = lookUp(process)
            found.units[process] = .some(unit)
            return unit
        }
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
