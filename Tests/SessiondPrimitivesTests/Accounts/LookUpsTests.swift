// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SessiondLinux
@testable import SessiondPrimitives
@testable import TestSupport

/// Questions that may never be answered.
@Suite(.timeLimit(.minutes(10))) struct LookUpsTests {
    private typealias Names = LookUps<UnixName, UInt32>
    private static let (slow, quick) = (UnixName.group("slow"), UnixName.user("quick"))

    /// Look-ups that wait for nothing.
    private func impatient(_ directory: FakeDirectory, maximumThreads: Int = 8) -> Names {
        Names(maximumThreads: maximumThreads, limit: .milliseconds(1)) { directory.ask($0) }
    }

    /// Look-ups that wait until the test is over.
    private func patient(_ directory: FakeDirectory, maximumThreads: Int = 8) -> Names {
        Names(maximumThreads: maximumThreads, limit: .seconds(3600)) { directory.ask($0) }
    }

    @Test func eachAnswerIsOneOfThree() {
        let directory = FakeDirectory([
            .user("found"): .found(7), .user("absent"): .absent, .user("down"): .unavailable(.error(5)),
        ])
        let answers = patient(directory).answers(to: [.user("found"), .user("absent"), .user("down")])
        #expect(
            answers == [
                .user("found"): .found(7), .user("absent"): .absent, .user("down"): .unavailable(.error(5)),
            ])
    }

    @Test func aNameThatDoesNotAnswerIsLateAndKeepsNoOtherWaiting() {
        let directory = FakeDirectory([Self.quick: .found(7)])
        let names = impatient(directory)
        #expect(names.answer(to: Self.slow) == .unavailable(.late(after: .milliseconds(1))))
        let patient = patient(directory)
        #expect(patient.answer(to: Self.quick) == .found(7))
        directory.answer(Self.slow, .absent)
    }

    @Test func whatIsUnderWayIsNotAskedAgain() {
        let directory = FakeDirectory()
        let names = impatient(directory)
        for _ in 0..<20 { #expect(names.answer(to: Self.slow).value == nil) }
        directory.awaitAsked(Self.slow)
        for _ in 0..<20 { #expect(names.answer(to: Self.slow).value == nil) }
        #expect(directory.asked(Self.slow) == 1)
        #expect(names.underWayCount == 1)
        directory.answer(Self.slow, .absent)
    }

    @Test func anAnswerThatComesLateStillReachesWhoBeganIt() {
        let directory = FakeDirectory()
        let names = impatient(directory)
        let got = Monitor<[AccountAnswer<UInt32>]>([])
        for _ in 0..<2 { names.begin(Self.slow) { answer in got.withLock { $0.append(answer) } } }
        directory.awaitAsked(Self.slow)
        directory.answer(Self.slow, .found(9))
        got.wait { $0.count == 2 }
        #expect(got.withLock { $0 } == [.found(9), .found(9)])
        #expect(directory.asked(Self.slow) == 1)
    }

    @Test func anAnswerIsOfAfterTheQuestionThoughItIsUnderWay() {
        let directory = FakeDirectory()
        let names = patient(directory)
        names.begin(Self.slow) { _ in }
        directory.awaitAsked(Self.slow)
        let answer = Monitor<AccountAnswer<UInt32>?>(nil)
        let thread = DetachedThread.start(name: "test") {
            let found = names.answer(to: Self.slow)
            answer.withLock { $0 = found }
        }
        #expect(thread == 0)
        while names.waitingCount == 0 { sched_yield() }
        directory.answerOnce(Self.slow, .found(1))
        directory.awaitAsked(Self.slow, 2)
        #expect(answer.withLock { $0 } == nil)
        directory.answer(Self.slow, .found(2))
        answer.wait { $0 != nil }
        #expect(answer.withLock { $0 } == .found(2))
    }

    @Test func thereAreNeverMoreThreadsThanThatAndWhatWaitsComesAfterwards() {
        let directory = FakeDirectory()
        let names = impatient(directory, maximumThreads: 2)
        let all = (0..<10).map { UnixName.group("\($0)") }
        let got = Monitor<[UnixName: AccountAnswer<UInt32>]>([:])
        for name in all { names.begin(name) { answer in got.withLock { $0[name] = answer } } }
        #expect(names.answers(to: Set(all)).values.allSatisfy { $0 == .unavailable(.late(after: .milliseconds(1))) })
        directory.awaitAsked(all[0])
        directory.awaitAsked(all[1])
        #expect(names.underWayCount == 10)
        for name in all { directory.answer(name, .absent) }
        got.wait { $0.count == 10 }
        #expect(directory.mostAtATime == 2)
    }
}
