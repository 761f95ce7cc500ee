// SPDX-License-Identifier: Apache-2.0

/// A page in Markdown, as far as the tests have to know what it says.
struct MarkdownPage {
    /// A table: a row has the text of each cell below the title of its column.
    struct Table {
        let columns: [String]
        let rows: [[String: Substring]]
    }

    private let lines: [Substring]

    init(_ path: String) throws {
        lines = try Package.text(path).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The tables in their order.
    var tables: [Table] {
        lines.split { !$0.hasPrefix("|") }.map { lines in
            let rows = lines.map { $0.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false) }
            let columns = rows.first?.map { String($0.trimmed) } ?? []
            // The second line draws the rule.
            return Table(
                columns: columns,
                rows: rows.dropFirst(2).map { row in
                    Dictionary(zip(columns, row.map(\.trimmed))) { first, _ in first }
                })
        }
    }

    /// What links on the page name: `#heading`, a path, or an address.
    var links: [Substring] { lines.flatMap { $0.matches(of: /\]\(([^)]+)\)/).map(\.1) } }

    /// What a link to each of its headings names, without the `#`.
    var anchors: [String] {
        lines.compactMap { line in
            let title = line.trimmingPrefix(#/#+ /#)
            guard title.startIndex != line.startIndex else { return nil }
            return title.lowercased().replacing(" ", with: "-").replacing(#/[^\w-]/#, with: "")
        }
    }

    /// All that stands in code, in a line or in a block.
    var code: [Substring] {
        var isInBlock = false
        return lines.flatMap { line in
            if line.hasPrefix("```") { isInBlock.toggle() }
            return isInBlock ? [line] : line.codeSpans
        }
    }
}

extension Substring {
    /// What stands between back quotes.
    var codeSpans: [Substring] { matches(of: /`([^`]+)`/).map(\.1) }

    fileprivate var trimmed: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
