// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A test as a page names it: `Folder/Suite.test`, or `Folder/module.Class.test` of one in Python.
struct NamedTest: Hashable {
    let folder: String
    let suite: String
    let name: String

    /// Those that lines name.
    static func all(in lines: [Substring]) -> [NamedTest] {
        lines.compactMap { line in
            // Where the name may be broken at the end of a line.
            let text = line.replacing("\\:", with: "")
            let match = text.wholeMatch(of: /\.Pa (EndToEnd|Browsers|System|\w+Tests)\/([\w.]+)\.(\w+)/)
            return match.map { NamedTest(folder: "Tests/\($0.1)", suite: String($0.2), name: String($0.3)) }
        }
    }

    /// Whether the suite has such a test.
    var exists: Bool {
        get throws {
            let parts = suite.split(separator: ".")
            if parts.count == 2 {
                let source = try Package.text("\(folder)/\(parts[0]).py")
                return body("class \(parts[1])(", of: source)?.contains("\n    def \(name)(self") ?? false
            }
            return try Package.swiftTexts(below: folder).contains { source in
                guard source.contains("struct \(suite) {") || source.contains("extension \(suite) {") else {
                    return false
                }
                return source.contains("func \(name)(") && source.contains("@Test")
            }
        }
    }

    private func body(_ declaration: String, of source: String) -> Substring? {
        guard let start = source.range(of: "\n\(declaration)") else { return nil }
        let rest = source[start.upperBound...]
        return rest.range(of: "\nclass ").map { rest[..<$0.lowerBound] } ?? rest
    }
}
