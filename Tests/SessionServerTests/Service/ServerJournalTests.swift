// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionProtocol
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct ServerJournalTests {
    private let lines = Watched<[LogLine]>([])
    private let peer = Peer(pid: 7, uid: 1000, gid: 50, groups: [])

    private var journal: ServerJournal { ServerJournal(logger: LogCollector.logger(lines)) }
    private var logged: [LogLine] { lines.change { $0 } }

    @Test func tenDenialsAMinuteAreWrittenAndTheRestIsCounted() {
        var journal = journal
        for _ in 0..<25 { journal.denied(.retrieveToken, .tokenRead, to: peer, at: .seconds(100)) }
        #expect(logged.count == 10)
        #expect(journal.nextReport == .seconds(160))
        journal.reportDenials(at: .seconds(159))
        #expect(logged.count == 10)
        // Nobody has to be denied again for it to be said.
        journal.reportDenials(at: .seconds(160))
        #expect(logged.count == 11)
        #expect(logged.last?.text.hasPrefix("15 more calls of user 1000") == true)
        #expect(journal.nextReport == nil)
        journal.denied(.retrieveToken, .tokenRead, to: peer, at: .seconds(161))
        #expect(logged.count == 12)
    }

    @Test func eachUserHasAMinuteOfTheirOwn() {
        var journal = journal
        let other = Peer(pid: 8, uid: 1001, gid: 50, groups: [])
        for _ in 0..<12 { journal.denied(.status, .identityRead, to: peer, at: .seconds(100)) }
        for _ in 0..<13 { journal.denied(.status, .identityRead, to: other, at: .seconds(130)) }
        #expect(logged.count == 20)
        journal.reportDenials(at: .seconds(170))
        #expect(logged.count == 21)
        #expect(journal.nextReport == .seconds(190))
        journal.reportDenials(at: nil)
        #expect(logged.suffix(2).map { $0.fields["PEER_UID"] } == ["1000", "1001"])
        #expect(logged.last?.text.hasPrefix("3 more calls") == true)
        #expect(journal.nextReport == nil)
    }

    @Test func fewDenialsNeedNoNumber() {
        var journal = journal
        for _ in 0..<10 { journal.denied(.status, .identityRead, to: peer, at: .seconds(100)) }
        journal.reportDenials(at: .seconds(200))
        #expect(logged.count == 10)
    }

    @Test func mutationIsWrittenWithWhoWhatAndOutcome() {
        journal.answered(.signOut, by: peer, outcome: nil, generation: 5)
        journal.answered(.signIn, by: peer, outcome: .busy, generation: nil)
        #expect(logged.map { $0.fields["OUTCOME"] } == ["ok", "busy"])
        #expect(
            logged.first?.fields == [
                "MESSAGE_ID": JournalEvent.mutation.rawValue, "SESSION_METHOD": "session.signOut", "PEER_UID": "1000",
                "PEER_GID": "50", "PEER_PID": "7", "OUTCOME": "ok", "SESSION_GENERATION": "5",
            ])
        #expect(logged.last?.fields["SESSION_GENERATION"] == nil)
    }

    @Test func everyKindOfEntryHasAnIDOfItsOwn() {
        let ids = JournalEvent.allCases.map(\.rawValue)
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }
}
