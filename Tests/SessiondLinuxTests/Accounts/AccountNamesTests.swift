// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessiondLinux
@testable import SessiondPrimitives
@testable import TestSupport

/// Names that are looked up beside everything else.
@Suite(.timeLimit(.minutes(10))) struct AccountNamesTests {
    private static let (local, remote) = (UnixName.group("local"), UnixName.group("remote"))
    private static let late = AccountAnswer<UInt32>.unavailable(.late(after: .milliseconds(1)))

    private func names(_ directory: FakeDirectory) -> AccountNames {
        AccountNames(LookUps(limit: .milliseconds(1)) { directory.ask($0) })
    }

    /// Waits until it stands so with a name.
    private func awaitStanding(_ names: AccountNames, _ name: UnixName, _ standing: NameStanding) {
        let changes = Monitor(0)
        names.observe { changes.withLock { $0 += 1 } }
        var seen = 0
        while names.standings[name] != standing {
            changes.wait { $0 > seen }
            seen = changes.withLock { $0 }
        }
        names.observe {}
    }

    @Test func aNameThatHangsKeepsNoOtherWaiting() {
        let directory = FakeDirectory([Self.local: .found(7)])
        let names = names(directory)
        names.want([Self.local, Self.remote])
        awaitStanding(names, Self.local, .found(7))
        #expect(names.standings[Self.remote] == .asked)
        directory.answer(Self.remote, .found(8))
        awaitStanding(names, Self.remote, .found(8))
        #expect(names.settled(within: .zero) == [Self.local: .found(7), Self.remote: .found(8)])
    }

    @Test func aReloadWhileTheDirectoryHangsKeepsTheIDAndTheAnswerCountsWhenItComes() {
        let directory = FakeDirectory([Self.remote: .found(8)])
        let names = names(directory)
        names.want([Self.remote])
        awaitStanding(names, Self.remote, .found(8))
        directory.answer(Self.remote, nil)
        let answers = names.answers(to: [Self.remote])
        #expect(answers == [Self.remote: Self.late])
        names.want([Self.remote], answers: answers)
        #expect(names.standings[Self.remote] == .unavailable(.late(after: .milliseconds(1)), keeping: 8))
        // Nor does the next one begin a second look-up.
        #expect(names.answers(to: [Self.remote]) == [Self.remote: Self.late])
        directory.awaitAsked(Self.remote, 2)
        #expect(directory.asked(Self.remote) == 2)
        directory.answer(Self.remote, .found(9))
        awaitStanding(names, Self.remote, .found(9))
    }

    @Test func whatCouldNotBeAskedIsAskedAgain() {
        let directory = FakeDirectory([Self.remote: .unavailable(.error(5))])
        let names = names(directory)
        names.want([Self.remote])
        directory.awaitAsked(Self.remote, 2)
        directory.answer(Self.remote, .found(8))
        awaitStanding(names, Self.remote, .found(8))
    }

    @Test func askingChangesNothingByItself() {
        let directory = FakeDirectory([Self.local: .found(7)])
        let names = AccountNames(LookUps(limit: .seconds(3600)) { directory.ask($0) })
        names.want([Self.local])
        awaitStanding(names, Self.local, .found(7))
        directory.answer(Self.local, .found(9))
        #expect(names.answers(to: [Self.local, Self.local]) == [Self.local: .found(9)])
        #expect(names.standings == [Self.local: .found(7)])
    }
}
