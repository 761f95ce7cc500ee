// SPDX-License-Identifier: Apache-2.0

/// One page of the manual, mdoc(7), as far as the tests have to know what it says.
struct ManualPage {
    /// One entry of a list: its head as words, macros among them, and the lines below it.
    struct Entry {
        let head: [String]
        var lines: [Substring] = []

        /// The words behind each use of a macro in the head.
        func words(_ macro: String) -> [String] {
            zip(head, head.dropFirst()).filter { $0.0 == macro }.map(\.1)
        }
    }

    private let lines: [Substring]

    init(_ name: String) throws { lines = try Package.text("man/\(name)").split(separator: "\n") }

    /// The lines of a section (`.Sh`), or of a part of one (`.Ss`).
    func lines(of title: String) -> [Substring] {
        guard let start = lines.firstIndex(where: { $0 == ".Sh \(title)" || $0 == ".Ss \(title)" }) else { return [] }
        let isPart = lines[start].hasPrefix(".Ss")
        return Array(
            lines[(start + 1)...].prefix { !$0.hasPrefix(".Sh ") && !(isPart && $0.hasPrefix(".Ss ")) })
    }

    /// The titles of all sections.
    var sections: [String] { lines.filter { $0.hasPrefix(".Sh ") }.map { String($0.dropFirst(4)) } }

    /// The titles of the parts of a section.
    func parts(of section: String) -> [String] {
        lines(of: section).filter { $0.hasPrefix(".Ss ") }.map { String($0.dropFirst(4)) }
    }

    /// The entries of the lists below a title, without the lists inside of them.
    func entries(of title: String) -> [Entry] { ManualPage.entries(lines(of: title)) }

    private static func entries(_ lines: [Substring]) -> [Entry] {
        var entries: [Entry] = []
        var depth = 0
        for line in lines {
            if line.hasPrefix(".El") { depth -= 1 }
            if depth == 1, line == ".It" || line.hasPrefix(".It ") {
                entries.append(Entry(head: line.split(separator: " ").dropFirst().map(String.init)))
            } else if depth > 0, !entries.isEmpty {
                entries[entries.count - 1].lines.append(line)
            }
            if line.hasPrefix(".Bl") { depth += 1 }
        }
        return entries
    }

    /// The text of lines, without the names of macros.
    static func text(_ lines: some Sequence<Substring>) -> String {
        lines.map { line in
            guard line.hasPrefix(".") else { return String(line) }
            return line.dropFirst().split(separator: " ").filter { !$0.contains(/^[A-Z][a-z]$/) }
                .joined(separator: " ")
        }.joined(separator: " ")
    }
}
