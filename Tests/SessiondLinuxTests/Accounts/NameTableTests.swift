// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessiondLinux
@testable import SessiondPrimitives

/// What names stand for, and when they are asked again.
@Suite(.timeLimit(.minutes(10))) struct NameTableTests {
    typealias Answer = AccountAnswer<UInt32>
    private static let (tills, ann) = (UnixName.group("tills"), UnixName.user("ann"))
    private static let down = Answer.unavailable(.error(110))
    private static let late = AccountFailure.late(after: LookUpLimits.deadline)

    /// A table that has asked for a name at the instant 0.
    private func asking(_ name: UnixName = tills) -> NameTable {
        var table = NameTable()
        table.want([name], answers: [:], at: .zero, chance: 1)
        #expect(table.takeDue(at: .zero) == [name])
        return table
    }

    /// How long it is until the name is asked again, after an answer at an instant.
    private func pause(_ table: inout NameTable, after answer: Answer, at now: Duration, chance: Double) -> Duration? {
        table.take(answer, for: Self.tills, at: now, chance: chance)
        return table.nextInstant.map { $0 - now }
    }

    @Test func aNameIsAskedAtOnceAndOnceOnly() {
        var table = asking()
        #expect(table.takeDue(at: .seconds(3600)) == [])
        #expect(!table.isSettled)
        table.take(.found(7), for: Self.tills, at: .seconds(1), chance: 1)
        #expect(table.standings == [Self.tills: .found(7)])
        #expect(table.isSettled)
        #expect(table.nextInstant == nil)
    }

    @Test func whatCannotBeAskedKeepsTheIDThatItHad() {
        var table = asking()
        table.take(.found(7), for: Self.tills, at: .zero, chance: 1)
        table.want([Self.tills], answers: [Self.tills: Self.down], at: .seconds(9), chance: 1)
        #expect(table.standings == [Self.tills: .unavailable(.error(110), keeping: 7)])
        #expect(table.standings[Self.tills]?.id == 7)
        table.take(.unavailable(.tooLarge), for: Self.tills, at: .seconds(10), chance: 1)
        #expect(table.standings[Self.tills]?.id == 7)
        table.take(.found(8), for: Self.tills, at: .seconds(12), chance: 1)
        #expect(table.standings[Self.tills] == .found(8))
    }

    @Test func whatNobodyHasKeepsNothing() {
        var table = asking()
        table.take(.found(7), for: Self.tills, at: .zero, chance: 1)
        table.take(.absent, for: Self.tills, at: .zero, chance: 1)
        table.take(Self.down, for: Self.tills, at: .zero, chance: 1)
        #expect(table.standings[Self.tills] == .unavailable(.error(110), keeping: nil))
        #expect(NameStanding.absent.id == nil && NameStanding.asked.id == nil)
    }

    @Test(
        arguments: [
            (Answer.unavailable(.error(110)), LookUpLimits.pausesOfUnavailable),
            (.absent, LookUpLimits.pausesOfAbsent),
        ])
    func pausesDoubleUpToTheLongest(answer: Answer, pauses: (first: Duration, longest: Duration)) {
        var table = asking()
        var expected = pauses.first
        for round in 0..<40 {
            let now = Duration.seconds(10_000 * round)
            #expect(pause(&table, after: answer, at: now, chance: 1) == expected)
            expected = min(expected * 2, pauses.longest)
            #expect(table.takeDue(at: now + pauses.longest) == [Self.tills])
        }
    }

    @Test func aPauseIsBetweenHalfAndAllOfIt() {
        for (chance, part) in [(0.0, 0.5), (0.5, 0.75), (1, 1)] {
            var table = asking()
            let first = LookUpLimits.pausesOfUnavailable.first
            #expect(pause(&table, after: Self.down, at: .seconds(5), chance: chance) == first * part)
        }
    }

    @Test func whatDoesNotAnswerIsUnavailableFromItsDeadlineOn() {
        var table = asking()
        #expect(table.nextInstant == LookUpLimits.deadline)
        table.passTime(to: LookUpLimits.deadline - .nanoseconds(1))
        #expect(table.standings[Self.tills] == .asked)
        table.passTime(to: LookUpLimits.deadline)
        #expect(table.standings[Self.tills] == .unavailable(Self.late, keeping: nil))
        // It is still being asked: not a second time, and there is nothing to wake up for.
        #expect(table.takeDue(at: .seconds(9_999)) == [])
        #expect(table.nextInstant == nil)
        table.take(.found(7), for: Self.tills, at: .seconds(60), chance: 1)
        #expect(table.standings[Self.tills] == .found(7))
    }

    @Test func aLateAnswerOfAReloadIsStillWaitedFor() {
        var table = asking()
        table.take(.found(7), for: Self.tills, at: .zero, chance: 1)
        table.want([Self.tills], answers: [Self.tills: .unavailable(Self.late)], at: .seconds(10), chance: 1)
        #expect(table.standings[Self.tills] == .unavailable(Self.late, keeping: 7))
        #expect(table.takeDue(at: .seconds(10)) == [Self.tills])
    }

    @Test func onlyWhatIsWantedIsKept() {
        var table = asking()
        table.want([Self.ann], answers: [Self.ann: .found(3)], at: .seconds(1), chance: 1)
        #expect(table.standings == [Self.ann: .found(3)])
        // What was under way comes to nothing.
        table.take(.found(7), for: Self.tills, at: .seconds(2), chance: 1)
        #expect(table.standings == [Self.ann: .found(3)])
        table.want([Self.tills, Self.ann], answers: [:], at: .seconds(3), chance: 1)
        #expect(table.standings == [Self.ann: .found(3), Self.tills: .asked])
        #expect(table.takeDue(at: .seconds(3)) == [Self.tills])
    }
}
