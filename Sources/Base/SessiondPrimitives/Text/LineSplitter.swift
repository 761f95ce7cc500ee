// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Finds the lines in the bytes of a stream, however they were cut up.
///
/// It holds no bytes: the caller keeps what ``next(in:)`` has not used up and offers it again, with more behind it.
package struct LineSplitter: Sendable {
    /// What stands at the beginning of the bytes.
    package enum Step: Sendable, Equatable {
        /// A line, without its LF and the CR before it; `end` is where the next one begins.
        case line(Range<Int>, end: Int)
        /// A line that is longer than the limit.
        case tooLong
        /// No whole line yet: more bytes are needed behind those from `start` on.
        case incomplete(start: Int)
    }

    /// The longest line accepted, in bytes with its LF.
    package let maximumLineBytes: Int
    // No LF before this: what was looked at once is not looked at again.
    private var searched = 0

    /// A splitter for lines of at most so many bytes.
    package init(maximumLineBytes: Int) {
        self.maximumLineBytes = maximumLineBytes
    }

    /// Takes the next line from `start` on; blank lines are passed over.
    package mutating func next(in bytes: Span<UInt8>, from start: Int) -> Step {
        var start = start
        while true {
            let limit = min(bytes.count, start + maximumLineBytes)
            guard let newline = firstNewline(in: bytes, from: start + searched, to: limit) else {
                searched = limit - start
                return searched == maximumLineBytes ? .tooLong : .incomplete(start: start)
            }
            searched = 0
            if let line = content(of: start..<newline, in: bytes) { return .line(line, end: newline + 1) }
            start = newline + 1
        }
    }

    /// Takes what is left as the last line, which may lack its LF; `nil` where it is blank.
    package mutating func finish(in bytes: Span<UInt8>, from start: Int) -> Range<Int>? {
        searched = 0
        return content(of: start..<bytes.count, in: bytes)
    }

    // The line without a CR at its end; nil where it is blank.
    private func content(of line: Range<Int>, in bytes: Span<UInt8>) -> Range<Int>? {
        var end = line.upperBound
        if end > line.lowerBound, bytes[end - 1] == 0x0D { end -= 1 }
        for index in line.lowerBound..<end where bytes[index] != 0x20 && bytes[index] != 0x09 {
            return line.lowerBound..<end
        }
        return nil
    }

    private func firstNewline(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        guard start < end else { return nil }
        return bytes.extracting(start..<end).withUnsafeBytes { window -> Int? in
            guard let base = window.baseAddress, let found = memchr(base, 0x0A, window.count) else { return nil }
            return start + (UnsafeRawPointer(found) - base)
        }
    }
}
