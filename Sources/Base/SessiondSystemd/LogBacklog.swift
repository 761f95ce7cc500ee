// SPDX-License-Identifier: Apache-2.0

/// The entries that wait for the sink, as a value: what is accepted, what is lost, what is done.
///
/// Every item gets a number; ``finished`` counts those the sink is done with, so that a flush knows what it waits for.
struct LogBacklog {
    enum Item {
        case entry(LogEntry)
        /// So many entries were lost between the item before and the item after.
        case losses(Int)
    }

    private let maximumEntries: Int
    private let maximumBytes: Int
    private var waiting: [Item] = []
    /// Entries and bytes that wait or are being written.
    private var entries = 0
    private var bytes = 0
    private var losses = 0
    /// Entries that were lost so far.
    private(set) var allLosses = 0
    private var issued = 0
    private(set) var finished = 0
    private(set) var isClosed = false

    init(maximumEntries: Int, maximumBytes: Int) {
        self.maximumEntries = maximumEntries
        self.maximumBytes = maximumBytes
    }

    var hasWork: Bool { !waiting.isEmpty || losses > 0 || isClosed }

    /// Takes the entry, or counts it where it does not fit.
    mutating func offer(_ entry: LogEntry) {
        let size = entry.byteCount
        guard hasRoom, entries < maximumEntries, bytes + size <= maximumBytes else {
            losses += 1
            allLosses += 1
            return
        }
        queueLosses()
        entries += 1
        bytes += size
        queue(.entry(entry))
    }

    /// After a loss, half of the queue has to be free: under a lasting overload every other line would be a report of
    /// losses otherwise.
    private var hasRoom: Bool {
        losses == 0 || (entries <= maximumEntries / 2 && bytes <= maximumBytes / 2)
    }

    /// Hands what waits over for writing, in order; nil when closed and empty.
    ///
    /// Losses after the last entry are handed over alone, when the sink is free again: until then they add up to one
    /// report.
    mutating func take() -> [Item]? {
        if waiting.isEmpty { queueLosses() }
        if waiting.isEmpty { return isClosed ? nil : [] }
        defer { waiting = [] }
        return waiting
    }

    /// Frees the room of an item that was written.
    mutating func finish(_ item: Item) {
        finished += 1
        guard case .entry(let entry) = item else { return }
        entries -= 1
        bytes -= entry.byteCount
    }

    /// The number that ``finished`` has reached when all that was offered until now is written or reported.
    mutating func mark() -> Int {
        queueLosses()
        return issued
    }

    mutating func close() {
        isClosed = true
    }

    /// Puts the report where the losses happened. It needs no room: there is at most one for each accepted entry.
    private mutating func queueLosses() {
        guard losses > 0 else { return }
        queue(.losses(losses))
        losses = 0
    }

    private mutating func queue(_ item: Item) {
        waiting.append(item)
        issued += 1
    }
}
