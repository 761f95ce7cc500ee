// SPDX-License-Identifier: Apache-2.0

/// Lines `Key: value`, the values below one another.
struct Fields {
    private var lines: [(key: String, value: String)] = []

    /// Adds a line; none where there is no value.
    mutating func add(_ key: String, _ value: String?) {
        if let value { lines.append((key, value)) }
    }

    /// Adds a line of parts; those that are not there are left out.
    mutating func add(_ key: String, _ parts: [String?]) {
        let present = parts.compactMap { $0 }
        add(key, present.isEmpty ? nil : present.joined(separator: ", "))
    }

    /// The lines, without the last LF.
    var text: String { text(for: .output) }

    /// The same as a stream shows them.
    func text(for display: Display) -> String {
        let width = lines.map(\.key.count).max() ?? 0
        return lines.map { line in
            "\(line.key): " + String(repeating: " ", count: width - line.key.count)
                + display.wrapped(line.value, behind: width + 2)
        }.joined(separator: "\n")
    }
}

/// A span for people: `59 min 59 s`, `2 h`, `3 d 4 h`.
func spanText(seconds: Int64) -> String {
    let units: [(name: String, seconds: Int64)] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
    guard let first = units.firstIndex(where: { abs(seconds) >= $0.seconds }) else { return "0 s" }
    var left = seconds
    var parts: [String] = []
    for unit in units[first...].prefix(2) {
        if left / unit.seconds != 0 { parts.append("\(left / unit.seconds) \(unit.name)") }
        left %= unit.seconds
    }
    return parts.joined(separator: " ")
}
