// SPDX-License-Identifier: Apache-2.0

/// One numbered sentence of a document below `docs/`, and the suites that hold it.
struct Invariant: Sendable {
    /// The path of the document.
    let document: String
    let letter: String
    let number: Int
    /// Its sentence, and behind "Held by" its suites.
    var text: String

    var name: String { "\(letter)\(number)" }

    /// Whether it holds no longer, and keeps its number only.
    var isWithdrawn: Bool { text.hasPrefix("Withdrawn:") }

    /// What is named behind "Held by".
    var suites: [String] {
        guard let heldBy = text.ranges(of: "Held by ").last else { return [] }
        return text[heldBy.upperBound...].matches(of: /`([^`]+)`/).map { String($0.1) }
    }

    /// Those of a document: items of lists that begin with a bold letter and number.
    static func all(in document: String) throws -> [Invariant] {
        try Package.text(document).split(separator: "\n", omittingEmptySubsequences: false)
            .reduce(into: (invariants: [Invariant](), isOpen: false)) { result, line in
                if let match = line.wholeMatch(of: /- \*\*([A-Z])([0-9]+)\*\* (.*)/), let number = Int(match.2) {
                    let (letter, text) = (String(match.1), String(match.3))
                    result.invariants.append(
                        Invariant(document: document, letter: letter, number: number, text: text))
                    result.isOpen = true
                } else if result.isOpen, line.hasPrefix("  ") {
                    result.invariants[result.invariants.count - 1].text += line.dropFirst()
                } else {
                    result.isOpen = false
                }
            }.invariants
    }
}

/// A citation of invariants, such as `docs/behaviour.md, S7`.
struct Citation: Sendable {
    /// The path of the document.
    let document: String
    /// Letters and numbers.
    let names: [String]

    /// Those of a text, which may go on in the next line of a comment.
    static func all(in text: String) -> [Citation] {
        guard text.contains("docs/") else { return [] }
        let joined = text.replacing(/\n *(?:\/\/\/?|#)? */, with: " ")
        return joined.matches(of: /(docs\/[a-z]+\.md)((?:, [A-Z][0-9]+)+)/).map { match in
            Citation(
                document: String(match.1), names: match.2.split(separator: ", ").map(String.init))
        }
    }
}
