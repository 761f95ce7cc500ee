// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// A directory whose answers a test decides; a name without one is asked for until the test gives one.
final class FakeDirectory: Sendable {
    typealias Answer = AccountAnswer<UInt32>

    private struct State {
        var answers: [UnixName: Answer] = [:]
        var asked: [UnixName: Int] = [:]
        var running = 0
        var mostRunning = 0
        var once: [UnixName: Answer] = [:]
    }

    private let state = Monitor(State())

    init(_ answers: [UnixName: Answer] = [:]) { state.withLock { $0.answers = answers } }

    deinit { assert(state.withLock { $0.running } == 0) }

    /// Answers, or waits for the answer.
    func ask(_ name: UnixName) -> Answer {
        state.withLock { state in
            state.asked[name, default: 0] += 1
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
        }
        return state.withLock(when: { ($0.once[name] ?? $0.answers[name]) != nil }) { state in
            state.running -= 1
            return state.once.removeValue(forKey: name) ?? state.answers[name] ?? .absent
        }
    }

    /// Answers from now on, also who waits; `nil`: nobody any more.
    func answer(_ name: UnixName, _ answer: Answer?) { state.withLock { $0.answers[name] = answer } }

    /// Answers one who waits, and nobody after them.
    func answerOnce(_ name: UnixName, _ answer: Answer) { state.withLock { $0.once[name] = answer } }

    /// How often it was asked for a name.
    func asked(_ name: UnixName) -> Int { state.withLock { $0.asked[name, default: 0] } }

    /// Waits until a name was asked for so often.
    func awaitAsked(_ name: UnixName, _ count: Int = 1) { state.wait { $0.asked[name, default: 0] >= count } }

    /// How many it was asked for at the same time, at most.
    var mostAtATime: Int { state.withLock { $0.mostRunning } }
}
