// SPDX-License-Identifier: Apache-2.0

import SessionMachine

/// When calls run out of time, the earliest first: a binary heap.
///
/// Calls that were answered stay in it until they come to the top or are too many, which is cheaper than looking for
/// them.
struct DeadlineQueue {
    private var entries: [(at: Duration, call: CallID)] = []

    /// When the next call runs out of time.
    var earliest: Duration? { entries.first?.at }
    /// How many there are, with those that were answered.
    var count: Int { entries.count }

    /// Adds a call.
    mutating func add(_ call: CallID, at deadline: Duration) {
        entries.append((deadline, call))
        var child = entries.count - 1
        while child > 0, entries[child].at < entries[(child - 1) / 2].at {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Lets no call wait beyond an instant.
    mutating func cap(at instant: Duration) {
        // The order stays what it is.
        for index in entries.indices { entries[index].at = min(entries[index].at, instant) }
    }

    /// Takes a call that has run out of time; `nil`: none has.
    mutating func takeDue(at now: Duration) -> CallID? {
        guard let first = entries.first, first.at <= now else { return nil }
        removeFirst()
        return first.call
    }

    /// Forgets calls that do not wait any longer, so that the earliest is one that does.
    ///
    /// - Parameter waiting: How many calls wait.
    mutating func forget(waiting: Int, where isOver: (CallID) -> Bool) {
        while let first = entries.first, isOver(first.call) { removeFirst() }
        guard entries.count > 2 * waiting + 64 else { return }
        let left = entries.filter { !isOver($0.call) }
        entries.removeAll(keepingCapacity: false)
        for entry in left { add(entry.call, at: entry.at) }
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while case let child = smallerChild(of: parent), child < entries.count, entries[child].at < entries[parent].at {
            entries.swapAt(child, parent)
            parent = child
        }
    }

    private func smallerChild(of parent: Int) -> Int {
        let (left, right) = (2 * parent + 1, 2 * parent + 2)
        return right < entries.count && entries[right].at < entries[left].at ? right : left
    }
}
