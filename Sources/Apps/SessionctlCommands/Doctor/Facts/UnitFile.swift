// SPDX-License-Identifier: Apache-2.0

import SessiondLinux

/// A unit file or drop-in as far as it is looked at here: which settings it has, systemd.syntax(7).
struct UnitFile: Sendable, Equatable {
    private static let maximumBytes = 1 << 20

    /// The lines `Name=value`, as they come.
    let assignments: [Assignment]

    /// A line; of a value that a backslash carries on, what stands before that.
    struct Assignment: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// Reads a file; `nil`: it cannot be read.
    init?(path: String) {
        guard let file = try? PlainFile(path: path, maximumBytes: UnitFile.maximumBytes) else { return nil }
        self.init(text: String(decoding: file.bytes, as: UTF8.self))
    }

    /// Reads lines `Name=value`; what a backslash carries on is a value.
    init(text: String) {
        var assignments: [Assignment] = []
        var isCarriedOn = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            defer { isCarriedOn = line.last == "\\" }
            let content = line.drop { $0 == " " || $0 == "\t" }
            guard !isCarriedOn, let first = content.first, !"#;[".contains(first),
                let equals = content.firstIndex(of: "=")
            else { continue }
            let value = content[content.index(after: equals)...].drop { $0.isWhitespace }
            assignments.append(
                Assignment(name: content[..<equals].filter { !$0.isWhitespace }, value: String(value)))
        }
        self.assignments = assignments
    }

    /// The names of its settings, each once, as they come.
    var settings: [String] {
        assignments.reduce(into: []) { if !$0.contains($1.name) { $0.append($1.name) } }
    }
}
