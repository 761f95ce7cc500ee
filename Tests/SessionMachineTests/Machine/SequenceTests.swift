// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct SequenceTests {
    @Test func everyAnnouncementIsCounted() {
        var bench = MachineBench(in: .signedIn)
        for call in [SessionCall.setIdentity(SetIdentity(customEmail: .set("a"))), .destroy(Destroy())] {
            let before = bench.record.sequence
            bench.call(call)
            #expect(!bench.changes.isEmpty && bench.record.sequence == before + Int64(bench.changes.count))
        }
        let before = bench.record.sequence
        bench.call(.setIdentity(SetIdentity(customEmail: .clear)))
        #expect(bench.changes.isEmpty && bench.record.sequence == before)
    }

    @Test func whatOneMutationChangesIsToldInTheOrderOfTheContract() {
        // Somebody else signs in, with labels set, just as the authority is found to answer again.
        var bench = MachineBench(in: .anonymous)
        bench.authenticate(.passwordOf(MachineBench.aliceMail))
        bench.call(.signOut(SignOut(), byAdministrator: false))
        bench.call(.setIdentity(SetIdentity(customEmail: .set("label@example.com"))))
        bench.call(.refreshToken)
        bench.endFlight(.failure(.outage))
        bench.authenticate(.passwordOf("bob@example.com"))
        #expect(
            bench.changes.map(\.kind) == [.uuidChanged, .identityChanged, .signedIn, .authorityState])
    }

    @Test func numbersAreNeverUsedAgainAfterARestart() {
        var bench = MachineBench(in: .anonymous)
        var stored = bench.record
        var last = bench.record.sequence
        for _ in 0..<3 {
            // What is announced without being stored, and then a crash.
            bench.call(.refreshToken)
            bench.endFlight(.failure(.outage))
            #expect(bench.changes.map(\.kind) == [.authorityState])
            last = max(last, bench.record.sequence)
            if bench.durability != .nothing { stored = bench.record }
            bench.machine.record = stored
            bench.restart()
            #expect(bench.record.sequence > last)
            bench.move(.seconds(3600 * 24))
        }
    }

    @Test(arguments: [3600, -3600 * 24 * 365] as [Int64])
    func numbersGoOnFarBeyondTheStoredOneWhereTheClockDoes(later seconds: Int64) {
        var bench = MachineBench(in: .anonymous)
        let stored = bench.record.sequence
        bench.restart(rebootAt: bench.wall + seconds)
        // More may have been told than was stored: the disk was full all the time.
        let floor = seconds > 0 ? bench.wall * 1_000_000 : stored + SessionMachine.unstoredAnnouncements
        #expect((floor..<floor + 1_000_000).contains(bench.record.sequence))
    }

    @Test func theFirstAnnouncementAfterARestartIsStored() {
        var bench = MachineBench(in: .anonymous)
        bench.restart()
        bench.call(.refreshToken)
        let sequence = bench.record.sequence
        bench.endFlight(.failure(.outage))
        #expect(bench.changes.map(\.kind) == [.authorityState] && bench.durability == .bestEffort)
        #expect(bench.record.sequence == sequence + 1)
    }

    @Test func numbersAreStoredBeforeTooManyAreNot() {
        var bench = MachineBench(in: .anonymous)
        bench.restart()
        var unstored = 0, longest = 0
        for number in 0..<2500 {
            bench.machine.profileCalls[0] = ProfileQuestion(number: .max, generation: bench.record.generation)
            bench.handle(.profileEnded(0, number.isMultiple(of: 2) ? .failure(.outage) : .success(.null)))
            #expect(bench.changes.count == 1)
            unstored = bench.durability == .nothing ? unstored + 1 : 0
            longest = max(longest, unstored)
        }
        #expect(longest == Int(SessionMachine.unstoredAnnouncements) - 1)
    }
}
