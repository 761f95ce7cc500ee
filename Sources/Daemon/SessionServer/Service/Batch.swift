// SPDX-License-Identifier: Apache-2.0

/// The answers of a batch, until all are there.
final class Batch {
    private var answers: [[UInt8]?]
    private var missing = 0

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

    var isComplete: Bool { missing == 0 }

    /// The line with all answers in the order of the entries; empty where none of them has one.
    var line: [UInt8] {
        let present = answers.compactMap { $0?.dropLast() }
        guard !present.isEmpty else { return [] }
        return [UInt8(ascii: "[")] + present.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]"), 0x0A]
    }
}
