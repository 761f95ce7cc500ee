// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// How a stream shows text: a terminal has colours, where nobody minds (no-color.org), and a width; a file or a pipe gets
/// the plain text, whose lines are not broken.
struct Display {
    /// SGR, ECMA-48 §8.3.117.
    enum Colour: Int {
        case faint = 2
        case red = 31
        case green = 32
        case yellow = 33
    }

    let isColoured: Bool
    /// `nil`: lines are not broken.
    let width: Int?

    static let output = Display(of: STDOUT_FILENO)
    static let error = Display(of: STDERR_FILENO)

    // What a terminal has that does not say.
    private static let usualWidth = 80
    // The least that there is room in.
    private static let leastWidth = 60

    init(isColoured: Bool, width: Int?) { (self.isColoured, self.width) = (isColoured, width) }

    /// The same for a report that people read wherever it goes to, and programs in JSON: as wide as a terminal usually is
    /// where there is none.
    var forReports: Display { Display(isColoured: isColoured, width: width ?? Display.usualWidth) }

    private init(of descriptor: Int32) {
        let isTerminal = isatty(descriptor) != 0
        isColoured =
            isTerminal && Display.environment("NO_COLOR").isEmpty && Display.environment("TERM") != "dumb"
        let columns = Int(clinux_terminal_columns(descriptor))
        width = isTerminal ? max(columns == 0 ? Display.usualWidth : columns, Display.leastWidth) : nil
    }

    private static func environment(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }

    /// A text in a colour, and as before behind it.
    func text(_ text: String, in colour: Colour) -> String {
        isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// `error: …`, `warning: …` and the like with their first word in its colour.
    func line(_ text: String) -> String {
        let colours: [(word: String, colour: Colour)] = [("error:", .red), ("warning:", .yellow), ("note:", .faint)]
        for (word, colour) in colours where text.hasPrefix(word) {
            return self.text(String(text.prefix(word.count)), in: colour) + text.dropFirst(word.count)
        }
        return text
    }

    /// What is copied as a whole, such as a line of a file: ``wrapped(_:behind:)`` does not break it.
    static func whole(_ text: String) -> String { swapped(text, " ", for: unbreakable) }

    // No text that is shown has it: names and paths are C's.
    private static let unbreakable: Character = "\0"

    /// A text behind a column, broken at blanks where the stream has a width.
    func wrapped(_ text: String, behind column: Int) -> String {
        Display.swapped(broken(text, behind: column), Display.unbreakable, for: " ")
    }

    private static func swapped(_ text: String, _ old: Character, for new: Character) -> String {
        String(text.map { $0 == old ? new : $0 })
    }

    private func broken(_ text: String, behind column: Int) -> String {
        guard let width else { return text }
        let indent = String(repeating: " ", count: column)
        var lines = [""]
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let line = lines[lines.count - 1]
            if line.isEmpty || column + line.count + 1 + word.count <= width {
                lines[lines.count - 1] = line.isEmpty ? String(word) : "\(line) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n\(indent)")
    }
}
