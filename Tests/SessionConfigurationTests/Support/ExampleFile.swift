// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The example that is shipped, taken apart.
struct ExampleFile {
    /// Comments and the commented settings right below them, in a section.
    struct Block: Hashable {
        var section: String
        var comment: String
        var settings: [String]
    }

    let text: String

    init() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        text = try String(contentsOf: root.appendingPathComponent("Packaging/sessiond.conf"), encoding: .utf8)
    }

    /// The file with its settings in force: `#Key=`, while a comment has a blank after the `#`.
    var uncommented: String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Self.isSetting($0) ? $0.dropFirst() : $0 }
            .joined(separator: "\n")
    }

    /// The paragraphs that hold settings.
    var blocks: [Block] {
        var section = ""
        var blocks: [Block] = []
        for paragraph in text.split(separator: "\n\n") {
            let lines = paragraph.split(separator: "\n")
            if let header = lines.first, header.hasPrefix("[") { section = String(header.dropFirst().dropLast()) }
            let settings = lines.filter(Self.isSetting).map { String($0.dropFirst()) }
            let comment = lines.filter { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }.joined(separator: " ")
            if !settings.isEmpty { blocks.append(Block(section: section, comment: comment, settings: settings)) }
        }
        return blocks
    }

    private static func isSetting(_ line: Substring) -> Bool {
        line.hasPrefix("#") && line.dropFirst().first?.isLetter == true
    }
}
