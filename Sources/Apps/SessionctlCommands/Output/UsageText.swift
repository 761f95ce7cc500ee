// SPDX-License-Identifier: Apache-2.0

/// The help of a verb as ArgumentParser has it, which breaks every line of it but that of the usage.
struct UsageText {
    private static let (mark, width) = ("USAGE: ", 80)

    private let text: String

    init(_ text: String) { self.text = text }

    /// The text, with that line broken between options.
    var wrapped: String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix(UsageText.mark) ? UsageText.wrap(line) : String(line)
        }.joined(separator: "\n")
    }

    private static func wrap(_ line: Substring) -> String {
        var lines = [""]
        for part in parts(of: line) {
            let last = lines[lines.count - 1]
            if last.isEmpty || last.count + 1 + part.count <= width {
                lines[lines.count - 1] = last.isEmpty ? part : "\(last) \(part)"
            } else {
                lines.append(String(repeating: " ", count: mark.count) + part)
            }
        }
        return lines.joined(separator: "\n")
    }

    // What stays on one line: `[--timeout <time>]`, `--for <condition>`.
    private static func parts(of line: Substring) -> [String] {
        line.split(separator: " ").reduce(into: []) { parts, word in
            let last = parts.last ?? ""
            let isOpen = last.hasPrefix("[") && !last.hasSuffix("]")
            if isOpen || (last.hasPrefix("--") && word.hasPrefix("<") && !last.contains(" ")) {
                parts[parts.count - 1] += " \(word)"
            } else {
                parts.append(String(word))
            }
        }
    }
}
