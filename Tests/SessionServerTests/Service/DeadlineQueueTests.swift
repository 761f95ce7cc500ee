// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct DeadlineQueueTests {
    // Every order of arrival, by a generator that is the same each time.
    private static func shuffled(_ count: UInt64) -> [UInt64] {
        (0..<count).map { ($0 &* 7919 &+ 13) % count }
    }

    @Test func callsRunOutInTheOrderOfTheirDeadlines() {
        var queue = DeadlineQueue()
        for call in DeadlineQueueTests.shuffled(1009) { queue.add(call, at: .milliseconds(Int64(call / 3))) }
        #expect(queue.earliest == .zero)
        #expect(queue.takeDue(at: .milliseconds(-1)) == nil)
        var taken: [UInt64] = []
        for now in 0..<400 {
            while let call = queue.takeDue(at: .milliseconds(now)) {
                #expect(call / 3 == UInt64(now))
                taken.append(call)
            }
        }
        #expect(taken.sorted() == Array(0..<1009))
        #expect(queue.earliest == nil)
    }

    @Test func earliestIsOneThatWaits() {
        var queue = DeadlineQueue()
        for call in DeadlineQueueTests.shuffled(101) { queue.add(call, at: .seconds(Int64(call))) }
        queue.forget(waiting: 51) { $0 < 50 }
        #expect(queue.earliest == .seconds(50))
    }

    @Test func answeredCallsDoNotPileUpBehindOneThatWaits() {
        var queue = DeadlineQueue()
        queue.add(0, at: .seconds(1))
        for call in 1...10_000 as ClosedRange<UInt64> {
            queue.add(call, at: .seconds(30))
            queue.forget(waiting: 1) { $0 != 0 }
        }
        #expect(queue.count < 100)
        #expect(queue.takeDue(at: .seconds(2)) == 0)
    }

    @Test func nothingWaitsBeyondTheCap() {
        var queue = DeadlineQueue()
        for call in DeadlineQueueTests.shuffled(101) { queue.add(call, at: .seconds(Int64(call))) }
        queue.cap(at: .seconds(10))
        var calls: [UInt64] = []
        while let call = queue.takeDue(at: .seconds(10)) { calls.append(call) }
        #expect(Array(calls.prefix(10)) == Array(0..<10))
        #expect(calls.count == 101)
    }
}
