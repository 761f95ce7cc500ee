// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Asks what may hang, each question on a thread that is left to it where it does: it cannot be called back.
///
/// While a question is under way nobody asks it again, and there are never more than so many threads; what is asked
/// beyond that waits until one is free.
package final class LookUps<Question: Hashable & Sendable, Value: Sendable>: Sendable {
    package typealias Answer = AccountAnswer<Value>

    private struct UnderWay {
        /// When it was asked.
        let since: Duration
        var isRunning = false
        /// Who gets the answer.
        var finish: [@Sendable (Answer) -> Void]
        /// Who came when it was running, and wants what holds from then on: for them it is asked once more.
        var finishNext: [@Sendable (Answer) -> Void] = []
    }

    private struct State {
        var underWay: [Question: UnderWay] = [:]
        var queue: [Question] = []
        var threads = 0
    }

    private let state = Monitor(State())
    private let maximumThreads: Int
    private let limit: Duration
    private let ask: @Sendable (Question) -> Answer

    /// - Parameters:
    ///   - limit: How long ``answers(to:)`` waits.
    ///   - ask: Finds an answer, and may never return.
    package init(
        maximumThreads: Int = LookUpLimits.threads, limit: Duration = LookUpLimits.deadline,
        ask: @escaping @Sendable (Question) -> Answer
    ) {
        (self.maximumThreads, self.limit, self.ask) = (maximumThreads, limit, ask)
    }

    /// How many questions have no answer yet.
    package var underWayCount: Int { state.withLock { $0.underWay.count } }

    /// How many wait for a question to be asked once more.
    var waitingCount: Int { state.withLock { $0.underWay.values.reduce(0) { $0 + $1.finishNext.count } } }

    /// Asks, or waits with others for the answer to the same question; it comes on another thread.
    package func begin(_ question: Question, _ finish: @escaping @Sendable (Answer) -> Void) {
        let needsThread = state.withLock { state in
            guard state.underWay[question] == nil else {
                state.underWay[question]?.finish.append(finish)
                return false
            }
            return LookUps.add(question, finish, to: &state, maximumThreads)
        }
        if needsThread { startThread() }
    }

    /// Asks all of them at the same time, and waits; what has no answer by then is unavailable, and stays under way.
    ///
    /// The answers are of after the call: what is being asked already may have been read before a change.
    package func answers(to questions: Set<Question>) -> [Question: Answer] {
        let answers = Monitor<[Question: Answer]>([:])
        let deadlines = questions.map { question in
            (question, beginAnew(question) { answer in answers.withLock { $0[question] = answer } })
        }
        for (question, deadline) in deadlines {
            _ = answers.wait(until: MonotonicInstant(sinceStart: deadline).timespec) { $0[question] != nil }
        }
        let found = answers.withLock { $0 }
        return Dictionary(uniqueKeysWithValues: questions.map { ($0, found[$0] ?? .unavailable(.late(after: limit))) })
    }

    /// The answer to one question, as ``answers(to:)`` gives it.
    package func answer(to question: Question) -> Answer {
        answers(to: [question])[question] ?? .unavailable(.late(after: limit))
    }

    /// Asks after what is under way; until when that is waited for.
    private func beginAnew(_ question: Question, _ finish: @escaping @Sendable (Answer) -> Void) -> Duration {
        let now = MonotonicInstant.now.sinceStart
        let (deadline, needsThread) = state.withLock { state -> (Duration, Bool) in
            guard let underWay = state.underWay[question] else {
                return (now + limit, LookUps.add(question, finish, to: &state, maximumThreads))
            }
            let deadline = underWay.since + limit
            // Who has waited in vain already does not get longer and longer a queue of those who do.
            guard deadline > now else { return (now, false) }
            if underWay.isRunning {
                state.underWay[question]?.finishNext.append(finish)
            } else {
                state.underWay[question]?.finish.append(finish)
            }
            return (deadline, false)
        }
        if needsThread { startThread() }
        return deadline
    }

    /// Puts a question into the queue; whether a thread has to be started for it.
    private static func add(
        _ question: Question, _ finish: @escaping @Sendable (Answer) -> Void, to state: inout State,
        _ maximumThreads: Int
    ) -> Bool {
        state.underWay[question] = UnderWay(since: MonotonicInstant.now.sinceStart, finish: [finish])
        state.queue.append(question)
        guard state.threads < maximumThreads else { return false }
        state.threads += 1
        return true
    }

    private func startThread() {
        let error = DetachedThread.start(name: "names") { self.work() }
        guard error != 0 else { return }
        // Another thread may still get to what waits.
        let stranded = state.withLock { state -> [Question] in
            state.threads -= 1
            guard state.threads == 0 else { return [] }
            defer { state.queue = [] }
            return state.queue
        }
        for question in stranded { finish(question, .unavailable(.error(error))) }
    }

    private func work() {
        while let question = takeNext() { finish(question, ask(question)) }
    }

    private func takeNext() -> Question? {
        state.withLock { state in
            guard !state.queue.isEmpty else {
                state.threads -= 1
                return nil
            }
            let question = state.queue.removeFirst()
            state.underWay[question]?.isRunning = true
            return question
        }
    }

    private func finish(_ question: Question, _ answer: Answer) {
        let waiting = state.withLock { state -> [@Sendable (Answer) -> Void] in
            guard let ended = state.underWay.removeValue(forKey: question) else { return [] }
            if !ended.finishNext.isEmpty {
                state.underWay[question] = UnderWay(
                    since: MonotonicInstant.now.sinceStart, finish: ended.finishNext)
                state.queue.append(question)
            }
            return ended.finish
        }
        for finish in waiting { finish(answer) }
    }
}
