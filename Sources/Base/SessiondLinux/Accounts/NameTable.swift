// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// What the names in the rules stand for, as far as is known, and when each is asked next: a pure value, whose instants
/// are those of a clock that never goes back.
struct NameTable: Sendable {
    fileprivate struct Entry {
        var standing = NameStanding.asked
        /// Since when it is being asked; `nil`: it is not.
        var since: Duration?
        /// When it is asked next; `nil`: never.
        var next: Duration?
        /// How often in a row nothing was found.
        var misses = 0
    }

    private var entries: [UnixName: Entry] = [:]

    /// How it stands with each name.
    var standings: [UnixName: NameStanding] { entries.mapValues(\.standing) }

    /// Whether each name has been asked, or is late.
    var isSettled: Bool { entries.values.allSatisfy { $0.standing != .asked } }

    /// When there is something to be done next; `nil`: nothing.
    var nextInstant: Duration? {
        entries.values.compactMap { $0.next ?? lateAt($0) }.min()
    }

    /// Goes on with these names alone: those with an answer have been asked just now, the others that are new are due.
    ///
    /// - Parameter chance: Of 0 to 1, so that the devices of a fleet do not ask in step.
    mutating func want(
        _ names: Set<UnixName>, answers: [UnixName: AccountAnswer<UInt32>], at now: Duration, chance: Double
    ) {
        entries = entries.filter { names.contains($0.key) }
        for name in names where entries[name] == nil { entries[name] = Entry(next: now) }
        for (name, answer) in answers {
            take(answer, for: name, at: now, chance: chance)
            // It is still under way, and its answer counts when it comes.
            if case .unavailable(.late) = answer { entries[name]?.next = now }
        }
    }

    /// Takes the names that are to be asked now.
    mutating func takeDue(at now: Duration) -> [UnixName] {
        let due = entries.filter { $0.value.next.map { $0 <= now } ?? false }.map(\.key)
        for name in due {
            entries[name]?.since = now
            entries[name]?.next = nil
        }
        return due
    }

    /// Notes an answer; one about a name that is not wanted any more changes nothing.
    mutating func take(_ answer: AccountAnswer<UInt32>, for name: UnixName, at now: Duration, chance: Double) {
        guard var entry = entries[name] else { return }
        entry.standing = entry.standing.after(answer)
        entry.since = nil
        switch answer {
        case .found: (entry.next, entry.misses) = (nil, 0)
        case .absent: entry.wait(LookUpLimits.pausesOfAbsent, from: now, chance)
        case .unavailable: entry.wait(LookUpLimits.pausesOfUnavailable, from: now, chance)
        }
        entries[name] = entry
    }

    /// Notes which names are late: they cannot be asked, for as long as they do not answer.
    mutating func passTime(to now: Duration) {
        for (name, entry) in entries where lateAt(entry).map({ $0 <= now }) ?? false {
            let late = AccountAnswer<UInt32>.unavailable(.late(after: LookUpLimits.deadline))
            entries[name]?.standing = entry.standing.after(late)
        }
    }

    /// When a name that is being asked is late; `nil`: it is not being asked, or known to be unavailable.
    private func lateAt(_ entry: Entry) -> Duration? {
        if case .unavailable = entry.standing { return nil }
        return entry.since.map { $0 + LookUpLimits.deadline }
    }
}

extension NameTable.Entry {
    // Between half and all of a pause that grows.
    fileprivate mutating func wait(
        _ pauses: (first: Duration, longest: Duration), from now: Duration, _ chance: Double
    ) {
        // Long before so many doublings the longest pause is reached.
        let pause = min(pauses.first * (1 << min(misses, 20)), pauses.longest)
        misses += 1
        next = now + pause * (0.5 + chance / 2)
    }
}
