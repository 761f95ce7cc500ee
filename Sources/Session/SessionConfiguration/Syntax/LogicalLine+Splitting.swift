// SPDX-License-Identifier: Apache-2.0

extension LogicalLine {
    /// Splits a file into its lines, comments and empty ones left out.
    ///
    /// LF, CR LF and CR each end a line. A comment line inside a continuation is left out and the continuation goes on
    /// after it; an empty line ends it (`systemd.syntax(7)`).
    static func lines(of file: [UInt8]) -> [LogicalLine] {
        var lines: [LogicalLine] = []
        var pending: LogicalLine?
        for (offset, physical) in physicalLines(of: file).enumerated() {
            if let first = ASCII.trimmed(physical).first, ASCII.isComment(first) { continue }
            // Grows in place: a copy for each line would take quadratic time.
            if pending == nil {
                pending = LogicalLine(number: offset + 1, bytes: Array(physical))
            } else {
                pending?.join(physical)
            }
            if let line = pending, !line.isContinued {
                lines.append(line)
                pending = nil
            }
        }
        if let pending { lines.append(pending) }
        return lines.filter { !$0.content.isEmpty }
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
