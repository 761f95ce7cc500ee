// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The types of a file, and what they have; read by their indentation, which `make lint` holds.
struct Declarations {
    /// A type, or an extension of one.
    struct Declared {
        /// With the names of those that it stands in.
        let name: String
        /// The file and line.
        let place: String
        var storedProperties: [String] = []
        var functions: [Function] = []
    }

    struct Function {
        /// With its labels.
        let name: String
        /// What its parameters are, without their names and defaults.
        let parameters: [String]
        let place: String
    }

    private(set) var types: [Declared] = []
    // Those that the line stands in, with the columns that they begin in.
    private var open: [(column: Int, index: Int)] = []

    init(of lines: [String], path: String) {
        let lines = Self.code(lines)
        for (number, line) in lines.enumerated() {
            let column = line.prefix { $0 == " " }.count
            if let last = open.last, column == last.column, line.dropFirst(column).hasPrefix("}") { open.removeLast() }
            let place = "\(path):\(number + 1)"
            let declaration = /^ *(?:[@\w]+ )*(?:struct|class|actor|enum|extension|protocol) ([\w.]+)/
            if Self.mayDeclareType(line), let type = line.firstMatch(of: declaration) {
                let outer = open.last.map { types[$0.index].name + "." } ?? ""
                guard !line.hasSuffix("}") else { continue }
                open.append((column, types.count))
                types.append(Declared(name: outer + type.1, place: place))
            } else if let last = open.last, column == last.column + 4 {
                let next = number + 1 < lines.count ? lines[number + 1] : ""
                types[last.index].storedProperties += Self.storedProperties(of: line, next)
                if let function = Self.function(at: number, of: lines, place) {
                    types[last.index].functions.append(function)
                }
            }
        }
    }

    /// The lines without comments, and empty where a text of several lines stands.
    private static func code(_ lines: [String]) -> [String] {
        var isText = false
        return lines.map { line in
            let marks = line.components(separatedBy: "\"\"\"").count - 1
            defer { if marks == 1 { isText.toggle() } }
            return isText ? "" : line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? line
        }
    }

    // A look that costs less than an expression: there are tens of thousands of lines.
    private static func mayDeclareType(_ line: String) -> Bool {
        ["struct ", "class ", "actor ", "enum ", "extension ", "protocol "].contains { line.contains($0) }
    }

    private static func storedProperties(of line: String, _ next: String) -> [String] {
        guard line.contains("let ") || line.contains("var ") else { return [] }
        let declaration = /^ *(?:@\w+(?:\(.*\))? )*(?:\w+(?:\(\w+\))? )*?(?:let|var) (?:(\w+)|\(([^)]*)\))/
        guard let property = line.firstMatch(of: declaration), !line.contains("static ") else { return [] }
        let isComputed = line.contains(/^[^={]*\{/) && !next.contains(/^ *(didSet|willSet)\b/)
        if isComputed { return [] }
        return (property.1 ?? property.2 ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
    }

    private static func function(at number: Int, of lines: [String], _ place: String) -> Function? {
        guard lines[number].contains("func ") else { return nil }
        let declaration = /^ *(?:@\w+(?:\([^)]*\))? |\w+ )*func (\w+)(?:<[^(]*>)?\(/
        guard let start = lines[number].firstMatch(of: declaration) else { return nil }
        var (parts, depth) = ([""], 1)
        let rest = [String(lines[number][start.range.upperBound...])] + lines[(number + 1)...].prefix(9)
        for character in rest.joined() {
            if "([<{".contains(character) { depth += 1 }
            if ")]}".contains(character) || (character == ">" && parts[parts.count - 1].last != "-") { depth -= 1 }
            if depth == 0 { break }
            if character == ",", depth == 1 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        let parameters = parts.map { $0.split(separator: ":", maxSplits: 1).map(trimmed) }.filter { $0.count == 2 }
        let labels = parameters.map { $0[0].prefix { $0 != " " } + ":" }.joined()
        let types = parameters.map { trimmed($0[1].split(separator: "=", maxSplits: 1)[0]) }
        return Function(name: "\(start.1)(\(labels))", parameters: types, place: place)
    }

    private static func trimmed(_ text: Substring) -> String { trimmed(String(text)) }

    private static func trimmed(_ text: String) -> String {
        let end = text.lastIndex { $0 != " " }.map(text.index(after:)) ?? text.startIndex
        return String(text[..<end].drop { $0 == " " })
    }
}
