// SPDX-License-Identifier: Apache-2.0

/// A time span of `systemd.time(7)`.
enum TimeSpan: Hashable, Sendable {
    case finite(Duration)
    case infinite

    /// The units in microseconds; a month has 30.44 days, a year 365.25.
    static let units: [String: UInt64] = {
        let table: [(names: String, microseconds: UInt64)] = [
            ("us usec µs μs", 1), ("ms msec", 1_000), ("s sec second seconds", 1_000_000),
            ("m min minute minutes", 60_000_000), ("h hr hour hours", 3_600_000_000),
            ("d day days", 86_400_000_000), ("w week weeks", 604_800_000_000),
            ("M month months", 2_629_800_000_000), ("y year years", 31_557_600_000_000),
        ]
        return table.reduce(into: [:]) { units, row in
            for name in row.names.split(separator: " ") { units[String(name)] = row.microseconds }
        }
    }()

    /// Writes a duration, which is not negative, in the units that files use most: `1d 2h 3min 4s 5ms 6us`.
    static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let subseconds = attoseconds / 1_000_000_000_000
        let parts: [(Int64, String)] = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
            (subseconds / 1_000, "ms"), (subseconds % 1_000, "us"),
        ]
        let written = parts.filter { $0.0 != 0 }.map { "\($0.0)\($0.1)" }
        return written.isEmpty ? "0" : written.joined(separator: " ")
    }
}
