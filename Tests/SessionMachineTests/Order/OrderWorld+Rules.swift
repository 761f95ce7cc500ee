// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine
@testable import TestSupport

extension OrderWorld {
    /// Holds what an event led to against the rules.
    ///
    /// - Parameter before: The world as it was.
    func check(_ event: OrderEvent, before: OrderWorld) throws(BrokenRule) {
        try checkSlots()
        try checkIdentity(before)
        try checkAnswers()
        try checkFlights(event, before)
        try checkStore(before)
    }

    private func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws(BrokenRule) {
        if !holds { throw BrokenRule(description: rule()) }
    }

    private func checkSlots() throws(BrokenRule) {
        for slot in Slot.allCases {
            let text = machine.record[slot]?.issued.secret.reveal()
            try require(
                text == expected.token[slot], "\(slot): \(text ?? "none"), not \(expected.token[slot] ?? "none")")
            guard let text else { continue }
            let owner = owner(slot, expected.serial[slot] ?? 0)
            try require(text.hasPrefix(owner), "\(slot) is \(owner)'s and holds \(text)")
            try require(machine.record[slot]?.uuid == machine.record.uuid, "\(slot) is another UUID's")
        }
        try require((machine.record.login != nil) == (expected.token[.client] != nil), "login without a customer")
    }

    private func checkIdentity(_ before: OrderWorld) throws(BrokenRule) {
        let record = machine.record
        try require(
            record.generation == expected.generation, "generation \(record.generation), not \(expected.generation)")
        try require(record.generation >= before.machine.record.generation, "the generation goes back")
        try require(record.customIdentifier == expected.label, "the label is another one")
        try require(record.binding == OrderWorld.traits(key: expected.key).binding, "the binding is another one")
        let isKept = record.uuid == before.machine.record.uuid
        try require(isKept == expected.keepsUUID, isKept ? "the UUID is kept" : "the UUID is another one")
        try require((record.endedBecause != nil) == expected.isOver, "over: \(record.endedBecause.debugDescription)")
    }

    private func checkAnswers() throws(BrokenRule) {
        let snapshot = machine.snapshot
        let text = expected.given(at: now.boottime)
        guard case .success(let given) = snapshot.immediateAnswer(to: RetrieveToken(), at: now) else {
            return try require(text == nil, "\(text ?? "") is not given out")
        }
        try require(given.token.reveal() == text, "\(given.token.reveal()) is given out")
        for case .answer(_, let answer) in effects {
            switch answer {
            case .token(let token): try require(token.token.reveal() == text, "a waiter gets another token")
            case .facts(let facts):
                try require(facts.uuid == machine.record.uuid, "a waiter hears of another UUID")
                try require(facts.generation == expected.generation, "a waiter hears of another generation")
            default: break
            }
        }
    }

    private func checkFlights(_ event: OrderEvent, _ before: OrderWorld) throws(BrokenRule) {
        for slot in Slot.allCases {
            try require(asked.count { $0.flight.slot == slot && isLive($0) } <= 1, "two flights for \(slot)")
            let isFlying = machine.activities[slot]?.flight != nil
            try require(isFlying == self.isFlying(slot), "\(slot) flies: \(isFlying)")
        }
        switch event {
        case .refreshEnds(let index), .refreshIsRejected(let index), .loginEnds(let index):
            guard !before.isLive(before.asked[index]) else { return }
            try require(machine.record == before.machine.record, "what was dropped changed the session")
            try require(effects.allSatisfy { if case .startFlight = $0 { true } else { false } }, "\(effects)")
        case .refreshStarts: try require(isFlying(before.expected.effective), "no refresh starts")
        case .loginStarts: try require(isFlying(.anonymous), "no login starts")
        case .crash:
            guard let slot = before.stored.refreshing, slot == expected.effective else { return }
            try require(isFlying(slot), "the refresh that was cut off is not tried again")
        default: break
        }
    }

    // What counts is stored, or a crash would bring back what was before it.
    private func checkStore(_ before: OrderWorld) throws(BrokenRule) {
        var (record, stored) = (machine.record, stored)
        if let noted = record.refreshing {
            try require(stored.refreshing == noted, "the note of the refresh is not stored")
            try require(isFlying(noted), "a note without a refresh")
        }
        (record.refreshing, stored.refreshing) = (nil, nil)
        // Numbers that were told and not stored are left out after a crash.
        try require(record.untold == stored.untold, "what is stored is not what counts")
    }
}
