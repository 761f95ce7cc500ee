// SPDX-License-Identifier: Apache-2.0

extension LogicalLine {
    /// Splits a file into its lines, comments and empty ones left out.
    static func lines(of file: [UInt8]) -> [LogicalLine] {
        groups(of: file).map { LogicalLine(number: $0.number, parts: $0.parts) }.filter { !$0.content.isEmpty }
    }

    /// The lines of a file, those together that make one, and where each begins; nothing of the file is copied.
    ///
    /// LF, CR LF and CR each end a line. A comment line inside a continuation is left out and the continuation goes on
    /// after it; an empty line ends it (`systemd.syntax(7)`).
    static func groups(of file: [UInt8]) -> [(number: Int, parts: ArraySlice<ArraySlice<UInt8>>)] {
        let numbered = physicalLines(of: file).enumerated().filter { _, line in
            !(ASCII.trimmed(line).first.map(ASCII.isComment) ?? false)
        }
        let lines = numbered.map(\.element)
        var groups: [(number: Int, parts: ArraySlice<ArraySlice<UInt8>>)] = []
        var start = 0
        for (place, line) in lines.enumerated() where !isContinued(line) || place == lines.count - 1 {
            groups.append((numbered[start].offset + 1, lines[start...place]))
            start = place + 1
        }
        return groups
    }

    /// The number of the line that holds an offset.
    static func number(ofOffset offset: Int, in file: [UInt8]) -> Int {
        physicalLines(of: Array(file[..<offset])).count
    }

    private static func physicalLines(of file: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = file.starts(with: ASCII.byteOrderMark) ? ASCII.byteOrderMark.count : 0
        for (index, byte) in file.enumerated() where byte == ASCII.lineFeed || byte == ASCII.carriageReturn {
            guard index >= start else { continue }
            lines.append(file[start..<index])
            let isPair = byte == ASCII.carriageReturn && index + 1 < file.count && file[index + 1] == ASCII.lineFeed
            start = index + (isPair ? 2 : 1)
        }
        lines.append(file[start...])
        return lines
    }
}
