// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The answers of a batch, until all are there.
final class Batch {
    /// An entry that has read something, and what that was true of.
    struct Read {
        let incoming: Incoming
        /// When it came, on CLOCK_BOOTTIME.
        let since: Duration
        /// The session's generation that was read; `nil`: there was none.
        var generation: Int64?
        /// When.
        var at: Duration
    }

    /// An entry that changes something. What is told of that is for whoever may still ask for it when the line goes out.
    struct Change {
        let method: Method
        let id: [UInt8]
    }

    private var answers: [[UInt8]?]
    private var missing = 0
    /// What the line must not go out with unseen, by the entries' places.
    private(set) var reads: [Int: Read] = [:]
    /// The same of what has been changed.
    private(set) var changes: [Int: Change] = [:]

    init(entries: Int) { answers = Array(repeating: nil, count: entries) }

    /// Notes that the answer of an entry comes later.
    func expect() { missing += 1 }

    /// Takes an answer's line; `nil` for a notification's.
    func put(_ line: [UInt8]?, at index: Int) { answers[index] = line }

    /// Takes an answer that came later; whether it was the last.
    func complete(_ line: [UInt8]?, at index: Int) -> Bool {
        put(line, at: index)
        missing -= 1
        return missing == 0
    }

    /// Has an entry's answer looked at again before the line goes out.
    func remember(read: Read, at index: Int) { reads[index] = read }

    /// The same of a change, unless it has been refused already.
    func remember(change: Change, at index: Int) {
        if answers[index] == nil { changes[index] = change }
    }

    /// Notes what an entry's answer is true of; one that is an error is true of anything.
    func note(_ generation: Int64?, at now: Duration, of index: Int, isError: Bool) {
        if isError { (reads[index], changes[index]) = (nil, nil) }
        guard var read = reads[index] else { return }
        (read.generation, read.at) = (generation, now)
        reads[index] = read
    }

    var isComplete: Bool { missing == 0 }

    /// Appends the line with all answers in the order of the entries; nothing where none of them has one.
    func write(to output: inout [UInt8]) {
        var opening = UInt8(ascii: "[")
        output.reserveCapacity(output.count + answers.reduce(2) { $0 + ($1?.count ?? 0) })
        for case let answer? in answers {
            output.append(opening)
            // Without its LF. Copied as a whole: a batch is long, and everybody else waits meanwhile.
            output += answer[..<(answer.count - 1)]
            opening = UInt8(ascii: ",")
        }
        if opening == UInt8(ascii: ",") { output += [UInt8(ascii: "]"), 0x0A] }
    }
}
