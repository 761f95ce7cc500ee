// SPDX-License-Identifier: Apache-2.0

/// A line after its continuations were joined to it.
struct LogicalLine {
    /// Where it begins, counted from 1.
    let number: Int
    /// Its content, without the blanks around it and the backslash of a continuation that the file's end cut off.
    let content: ArraySlice<UInt8>

    /// Joins the lines of a file that make one; the backslashes between them become spaces (`systemd.syntax(7)`).
    ///
    /// Each byte is copied once: adding one line after the other could take quadratic time.
    init(number: Int, parts: ArraySlice<ArraySlice<UInt8>>) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts {
            bytes += LogicalLine.isContinued(part) ? part.dropLast() : part
            if LogicalLine.isContinued(part) { bytes.append(ASCII.space) }
        }
        (self.number, content) = (number, ASCII.trimmed(bytes[...]))
    }

    /// An odd number of backslashes ends it: an even one is escaped backslashes.
    static func isContinued(_ line: ArraySlice<UInt8>) -> Bool {
        line.reversed().prefix { $0 == ASCII.backslash }.count % 2 == 1
    }
}
