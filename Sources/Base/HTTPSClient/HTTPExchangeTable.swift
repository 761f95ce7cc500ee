// SPDX-License-Identifier: Apache-2.0

/// The requests that somebody waits for, and what the worker has to do.
struct HTTPExchangeTable {
    /// How far a live request came. One that is over, however it ended, is not in the table any more: whoever takes a
    /// waiter out resumes it, so each is resumed once.
    enum Entry {
        case announced
        case cancelledEarly
        case waiting(HTTPExchanges.Waiter)
    }

    /// Live requests.
    var entries: [UInt64: Entry] = [:]
    var lastID: UInt64 = 0
    var inbox = HTTPInbox()
    /// What the worker waits in; `nil`: it does not run, or looks at the inbox before it waits.
    var multi: CurlMulti?
    /// Whether a worker looks at the inbox.
    var isServed = false
    /// Workers that have not ended yet; a second one can start while the first lets its connections go.
    var threads = 0
    var isStopped = false

    /// Sees to it that somebody looks at the inbox; says whether a thread must be started for that.
    mutating func serve() -> Bool {
        multi?.wake()
        guard !isServed else { return false }
        isServed = true
        threads += 1
        return true
    }

    /// Nobody looks at the inbox any more.
    mutating func leave() {
        isServed = false
        multi = nil
    }

    /// Takes a request back, from the inbox or from the worker.
    mutating func withdraw(_ id: UInt64) {
        if let index = inbox.submissions.firstIndex(where: { $0.id == id }) {
            inbox.submissions.remove(at: index)
        } else {
            inbox.cancelled.append(id)
            multi?.wake()
        }
    }

    /// Takes everybody who waits out of the table.
    mutating func takeWaiters() -> [HTTPExchanges.Waiter] {
        let taken = entries.compactMap { id, entry -> (id: UInt64, waiter: HTTPExchanges.Waiter)? in
            guard case .waiting(let waiter) = entry else { return nil }
            return (id, waiter)
        }
        for (id, _) in taken { entries[id] = nil }
        return taken.map(\.waiter)
    }
}
