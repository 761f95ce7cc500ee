// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessiondLinux

extension DeviceSession {
    /// What has come of an input, and counts once it is stored.
    struct Decision {
        let input: SessionInput
        let next: SessionMachine
        let turn: Turn
    }

    /// How many are stored together at most: the first of them waits for the last.
    static let decisionsTogether = 256

    /// Takes what happens, behind all that happened before.
    ///
    /// What has to be stored waits for whatever else is in the queue by then: one save is enough for all of it, and each is
    /// answered after it, in order.
    func step(_ input: SessionInput) {
        guard var next = unsettled.last?.next ?? machine else { return }
        var turn = Turn(now: surroundings.clock.now())
        next.handle(input, &turn)
        guard turn.durability != .nothing || !unsettled.isEmpty else { return commit(next, turn) }
        unsettled.append(Decision(input: input, next: next, turn: turn))
        if unsettled.count == 1 { thread.run { self.assumeIsolated { $0.settle() } } }
        if unsettled.count == DeviceSession.decisionsTogether { settle() }
    }

    /// Stores what was decided, and makes it known.
    func settle() {
        let decisions = unsettled
        guard let last = decisions.last else { return }
        unsettled = []
        guard decisions.count > 1 else { return settle(last) }
        do throws(StoreFailure) {
            try save(last.next.record, at: last.turn.now)
            for decision in decisions { commit(decision.next, decision.turn, isSaved: true) }
        } catch {
            // Each is judged by itself: what can be stored, or counts all the same, is not refused for another one.
            for decision in decisions {
                step(decision.input)
                settle()
            }
        }
    }

    private func settle(_ decision: Decision) {
        guard decision.turn.durability == .required else { return commit(decision.next, decision.turn) }
        do throws(StoreFailure) {
            try save(decision.next.record, at: decision.turn.now)
            commit(decision.next, decision.turn, isSaved: true)
        } catch {
            refuse(decision.input, error)
        }
    }

    // What could not be stored has not happened; what has to be said about it is said.
    private func refuse(_ input: SessionInput, _ failure: StoreFailure) {
        guard var next = machine else { return }
        noteStore(failure)
        next.store = storeStatus
        var turn = Turn(now: surroundings.clock.now())
        next.refuse(input, failure.sessionError, &turn)
        commit(next, turn)
    }
}
