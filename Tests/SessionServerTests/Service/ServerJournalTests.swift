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
    private let caller = Self.caller(1000, pid: 7)
    private let page = Self.caller(1000, pid: 7, "https://till.example.com")

    private static func caller(_ uid: UInt32, pid: Int32, _ page: String? = nil) -> Caller {
        let caller = Caller(
            peer: Peer(pid: pid, uid: uid, gid: 50, groups: []), isObserver: false, isTrusted: false)
        if let page, let origin = try? WebOrigin(page) { caller.speak(for: origin) }
        return caller
    }

    private var journal: ServerJournal { ServerJournal(logger: LogCollector.logger(lines)) }
    private var logged: [LogLine] { lines.change { $0 } }

    @Test func tenDenialsAMinuteAreWrittenAndTheRestIsCounted() {
        var journal = journal
        for _ in 0..<25 { journal.denied(.retrieveToken, .lacks(.tokenRead), to: caller, at: .seconds(100)) }
        #expect(logged.count == 10)
        #expect(journal.nextReport == .seconds(160))
        journal.reportDenials(at: .seconds(159))
        #expect(logged.count == 10)
        // Nobody has to be denied again for it to be said.
        journal.reportDenials(at: .seconds(160))
        #expect(logged.count == 11)
        #expect(logged.last?.text.hasPrefix("15 more calls of user 1000") == true)
        #expect(journal.nextReport == nil)
        journal.denied(.retrieveToken, .lacks(.tokenRead), to: caller, at: .seconds(161))
        #expect(logged.count == 12)
    }

    @Test func eachUserHasAMinuteOfTheirOwn() {
        var journal = journal
        let other = Self.caller(1001, pid: 8)
        for _ in 0..<12 { journal.denied(.status, .lacks(.identityRead), to: caller, at: .seconds(100)) }
        for _ in 0..<13 { journal.denied(.status, .lacks(.identityRead), to: other, at: .seconds(130)) }
        #expect(logged.count == 20)
        journal.reportDenials(at: .seconds(170))
        #expect(logged.count == 21)
        #expect(journal.nextReport == .seconds(190))
        journal.reportDenials(at: nil)
        #expect(logged.suffix(2).map { $0.fields["PEER_UID"] } == ["1000", "1001"])
        #expect(logged.last?.text.hasPrefix("3 more calls") == true)
        #expect(journal.nextReport == nil)
    }

    @Test func pagesOfAnOriginHaveAMinuteOfTheirOwnWithTheirUser() {
        var journal = journal
        for _ in 0..<12 { journal.denied(.status, .lacks(.identityRead), to: page, at: .seconds(100)) }
        for _ in 0..<11 { journal.denied(.status, .lacks(.identityRead), to: caller, at: .seconds(100)) }
        #expect(logged.count == 20)
        #expect(logged.first?.fields["PEER_ORIGIN"] == "https://till.example.com")
        #expect(logged.last?.fields["PEER_ORIGIN"] == nil)
        journal.reportDenials(at: nil)
        let reports = logged.suffix(2).sorted { $0.text < $1.text }
        #expect(
            reports.map(\.text) == [
                "1 more calls of user 1000 were denied",
                "2 more calls of user 1000 on behalf of https://till.example.com were denied",
            ])
        #expect(reports.map { $0.fields["PEER_ORIGIN"] } == [nil, "https://till.example.com"])
    }

    @Test func originsThatAreMadeUpCountForTheUserWhoMakesThemUp() throws {
        var journal = journal
        for number in 0..<30 {
            let origin = try WebOrigin("https://a\(number).example")
            journal.denied(.hello, .unlisted(origin), to: caller, at: .seconds(100))
        }
        #expect(logged.count == 10)
        #expect(logged.map { $0.fields["PEER_ORIGIN"] }.first == "https://a0.example")
        #expect(Set(logged.map { $0.fields["REASON"] }) == ["unlistedOrigin"])
        journal.reportDenials(at: nil)
        #expect(logged.count == 11)
        #expect(logged.last?.text == "20 more calls of user 1000 were denied")
    }

    @Test func fewDenialsNeedNoNumber() {
        var journal = journal
        for _ in 0..<10 { journal.denied(.status, .lacks(.identityRead), to: caller, at: .seconds(100)) }
        journal.reportDenials(at: .seconds(200))
        #expect(logged.count == 10)
    }

    @Test func mutationIsWrittenWithWhoWhatAndOutcome() {
        journal.answered(.signOut, by: caller, outcome: nil, generation: 5)
        journal.answered(.signIn, by: caller, outcome: .busy, generation: nil)
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
