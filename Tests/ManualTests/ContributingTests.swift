// SPDX-License-Identifier: Apache-2.0

import Testing

/// CONTRIBUTING.md, against the Makefile.
@Suite(.timeLimit(.minutes(10))) struct ContributingTests {
    private let page: MarkdownPage
    private let makefile: String

    init() throws {
        page = try MarkdownPage("CONTRIBUTING.md")
        let files = ["Makefile"] + ["cross", "debian", "install", "rpm"].map { "Packaging/\($0).mk" }
        makefile = try files.map(Package.text).joined()
    }

    @Test func namesOnlyTargetsOfMakeThatThereAre() {
        let targets = Set(makefile.matches(of: /(?m)^([a-z][a-z0-9 -]*):(?!=)/).flatMap { $0.1.split(separator: " ") })
        let named = page.code.flatMap { $0.matches(of: /\bmake ([a-z][a-z0-9-]*)/).map(\.1) }
        #expect(named.count > 10)
        for target in named { #expect(targets.contains(target), "CONTRIBUTING.md: the Makefile has no \(target)") }
    }

    /// The table says for each target what is installed for it; a target among the packages stands for its own.
    @Test func namesThePackagesThatEachTargetNeeds() throws {
        let table = try #require(page.tables.first { $0.columns.contains("Debian packages") })
        let pairs = table.rows.map { ($0["target"]?.codeSpans.first ?? "", $0["Debian packages"]?.codeSpans ?? []) }
        let documented = Dictionary(pairs) { first, _ in first }
        for (target, packages) in documented {
            // A package may be called as the target is that needs it.
            let named = Self.expand(packages, by: documented.filter { $0.key != target })
            #expect(named.sorted() == packagesNeeded(for: target).sorted(), "CONTRIBUTING.md: needs of \(target)")
        }
        let targets = makefile.matches(of: /(?m)^NEEDS_([a-z-]+) := (?!\$\(sort)/).map(\.1)
        #expect(Set(targets).subtracting(documented.keys) == ["driving"], "CONTRIBUTING.md: a target has no row")
    }

    private static func expand(_ words: [Substring], by rows: [Substring: [Substring]]) -> Set<Substring> {
        Set(words.flatMap { word in rows[word].map { expand($0, by: rows) } ?? [word] })
    }

    /// What the Makefile's `NEEDS_target` comes to.
    private func packagesNeeded(for target: Substring) -> Set<Substring> {
        let lines = makefile.replacing("\\\n", with: " ").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("NEEDS_\(target) := ") }) else { return [] }
        return line.split(whereSeparator: \.isWhitespace).dropFirst(2).reduce(into: []) { packages, word in
            if let other = word.wholeMatch(of: /\$\(NEEDS_([a-z-]+)\)/) {
                packages.formUnion(packagesNeeded(for: other.1))
            } else {
                packages.insert(word)
            }
        }
    }
}
