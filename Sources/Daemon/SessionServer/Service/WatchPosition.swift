// SPDX-License-Identifier: Apache-2.0

/// How far a watcher has come.
struct WatchPosition {
    /// The number of the last event that was put on its way; what is not beyond it is not sent.
    var sequence: Int64
    /// Where it stands among those who watch.
    var place = 0
    /// Where the events end that wait for it, counted in bytes that were ever appended for it; the earliest first.
    private var ends: [UInt64] = []

    init(after sequence: Int64) { self.sequence = sequence }

    /// How many events wait, when the peer has taken so many bytes.
    mutating func waiting(taken: UInt64) -> Int {
        // From the front: there are few, and most often none.
        ends.removeFirst(ends.firstIndex { $0 > taken } ?? ends.count)
        return ends.count
    }

    /// Notes that an event was put on its way, which ends at that byte.
    mutating func note(_ sequence: Int64, endingAt end: UInt64) {
        self.sequence = sequence
        ends.append(end)
    }
}
