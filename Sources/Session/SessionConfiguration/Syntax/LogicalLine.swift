// SPDX-License-Identifier: Apache-2.0

/// A line after its continuations were joined to it.
struct LogicalLine {
    /// Where it begins, counted from 1.
    let number: Int
    private(set) var bytes: [UInt8]

    /// Adds the line that follows a continuation; the backslash becomes a space (`systemd.syntax(7)`).
    mutating func join(_ next: ArraySlice<UInt8>) {
        bytes[bytes.count - 1] = ASCII.space
        bytes += next
    }

    /// An odd number of backslashes ends it: an even one is escaped backslashes.
    var isContinued: Bool { bytes.reversed().prefix { $0 == ASCII.backslash }.count % 2 == 1 }

    /// Its content, without the blanks around it and the backslash of a continuation that the file's end cut off.
    var content: ArraySlice<UInt8> {
        ASCII.trimmed(isContinued ? bytes.dropLast() : bytes[...])
    }
}
