// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension SessionMachine {
    /// So many transitions may be told without the number of the last one being stored. After a restart numbering goes
    /// on beyond all that may have been used.
    static let unstoredAnnouncements: Int64 = 1000

    /// Goes on, at a start, beyond every number that was told before it: beyond those that may have been told without
    /// being stored, and, where the clock goes right, beyond all that can have been, whatever became of the store.
    mutating func leaveOutNumbers(_ turn: inout Turn) {
        record.sequence = max(record.sequence + SessionMachine.unstoredAnnouncements, turn.makeFirstSequence())
    }

    /// Puts what is announced in a turn in order, and counts it.
    mutating func numberAnnouncements(_ turn: inout Turn) {
        let count = turn.orderAnnouncements()
        guard count > 0 else { return }
        record.sequence += count
        if record.sequence - storedSequence >= SessionMachine.unstoredAnnouncements { turn.store(.bestEffort) }
        if turn.durability != .nothing { storedSequence = record.sequence }
    }
}

extension Turn {
    /// Where numbering begins by the wall clock: beyond what any daemon before can have used, and within the same second
    /// at least somewhere else, so that nobody takes its numbers for these.
    fileprivate mutating func makeFirstSequence() -> Int64 {
        let perSecond = 1_000_000.0
        return max(0, now.wall.secondsSince1970) * Int64(perSecond) + Int64(chance() * perSecond)
    }

    /// Sorts what is announced; how many that are.
    fileprivate mutating func orderAnnouncements() -> Int64 {
        let places = effects.indices.filter { effects[$0].announced != nil }
        let changes = places.compactMap { effects[$0].announced }
        // Those of one kind stay in their order, whether or not a sort keeps it.
        let ordered = changes.enumerated().sorted {
            ($0.element.kind.place, $0.offset) < ($1.element.kind.place, $1.offset)
        }
        for (place, change) in zip(places, ordered) { effects[place] = .announce(change.element) }
        return Int64(places.count)
    }
}

extension SessionEffect {
    /// What is announced; `nil` where it is another effect.
    package var announced: SessionChange? {
        if case .announce(let change) = self { change } else { nil }
    }
}
