// SPDX-License-Identifier: Apache-2.0

import SessiondLinux

/// A unit file or drop-in as far as drift goes: which settings it has, systemd.syntax(7).
struct UnitFile: Sendable, Equatable {
    private static let maximumBytes = 1 << 20

    /// Their names, each once, as they come.
    let settings: [String]

    /// Reads a file; `nil`: it cannot be read.
    init?(path: String) {
        guard let file = try? PlainFile(path: path, maximumBytes: UnitFile.maximumBytes) else { return nil }
        self.init(text: String(decoding: file.bytes, as: UTF8.self))
    }

    /// Reads lines `Name=value`; what a backslash carries on is a value.
    init(text: String) {
        var names: [String] = []
        var isCarriedOn = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            defer { isCarriedOn = line.last == "\\" }
            let content = line.drop { $0 == " " || $0 == "\t" }
            guard !isCarriedOn, let first = content.first, !"#;[".contains(first),
                let equals = content.firstIndex(of: "=")
            else { continue }
            let name = content[..<equals].filter { !$0.isWhitespace }
            if !names.contains(name) { names.append(name) }
        }
        settings = names
    }
}
