// SPDX-License-Identifier: Apache-2.0

/// Reads the dialect of `systemd.syntax(7)`; knows no key.
enum SyntaxParser {
    /// Gives the statements of a file in order.
    ///
    /// A byte order mark at the start is skipped, as systemd does. A file with a NUL byte is one fault.
    static func parse(_ file: [UInt8]) -> [LocatedStatement] {
        if let offset = file.firstIndex(of: 0) {
            let line = LogicalLine.number(ofOffset: offset, in: file)
            return [LocatedStatement(statement: .fault(.nul), line: line)]
        }
        return LogicalLine.lines(of: file).map { line in
            LocatedStatement(statement: statement(line.content), line: line.number)
        }
    }

    private static func statement(_ content: ArraySlice<UInt8>) -> Statement {
        do throws(SyntaxFault) {
            return try read(content)
        } catch {
            return .fault(error)
        }
    }

    private static func read(_ content: ArraySlice<UInt8>) throws(SyntaxFault) -> Statement {
        if content.first == UInt8(ascii: "[") {
            guard content.last == UInt8(ascii: "]") else { throw .openSection }
            return .section(name: try text(content.dropFirst().dropLast()))
        }
        guard let equals = content.firstIndex(of: UInt8(ascii: "=")) else { throw .noAssignment }
        let key = ASCII.trimmed(content[..<equals])
        if key.isEmpty { throw .noKey }
        return .assignment(key: try text(key), value: try text(ASCII.trimmed(content[(equals + 1)...])))
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(SyntaxFault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return text
    }
}

/// What one line of a file says, or that it says nothing.
enum Statement: Hashable {
    case section(name: String)
    /// The value is as written, without the blanks around it.
    case assignment(key: String, value: String)
    case fault(SyntaxFault)
}

/// A statement and the line it begins on.
struct LocatedStatement: Hashable {
    let statement: Statement
    let line: Int
}

/// Why a line, or a whole file, is not in the syntax; repeats nothing of it, since it may hold a secret.
struct SyntaxFault: Error, Hashable {
    let message: String
    let expected: String

    static let noAssignment = SyntaxFault(message: "no = on this line", expected: "Key=value, [Section] or a # comment")
    static let noKey = SyntaxFault(message: "nothing before the =", expected: "Key=value")
    static let openSection = SyntaxFault(
        message: "the section's name is not closed",
        expected: "[Section] alone on a line"
    )
    static let notUTF8 = SyntaxFault(message: "not UTF-8", expected: "UTF-8 text")
    static let nul = SyntaxFault(message: "a NUL byte, so this is not a text file in UTF-8", expected: "UTF-8 text")
}
