// SPDX-License-Identifier: Apache-2.0

/// The last events as they were sent, for watchers who come again.
struct EventRing {
    private var entries: [(sequence: Int64, line: [UInt8])] = []
    // Where the oldest is, once it is full.
    private var first = 0
    private let capacity: Int
    /// Every event after this one is here; `nil`: none has come yet.
    private(set) var completeAfter: Int64?

    init(capacity: Int = ServerLimits.keptEvents) { self.capacity = capacity }

    /// Keeps an event, in place of the oldest where it is full.
    mutating func append(_ sequence: Int64, _ line: [UInt8]) {
        if completeAfter == nil { completeAfter = sequence - 1 }
        if entries.count < capacity { return entries.append((sequence, line)) }
        completeAfter = entries[first].sequence
        entries[first] = (sequence, line)
        first = (first + 1) % capacity
    }

    /// The lines of all events after one, joined, and the number of the last of them.
    func lines(after sequence: Int64) -> (lines: [UInt8], last: Int64) {
        let ordered = entries[first...] + entries[..<first]
        let missed = ordered.filter { $0.sequence > sequence }
        return (missed.flatMap(\.line), missed.last?.sequence ?? sequence)
    }
}
