// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What was answered `queued` is told, or noted as what it came to; who cannot be promised that hears so.
@Suite(.timeLimit(.minutes(10))) struct OutboxLimitTests {
    /// A machine whose authority does not take sign-outs at present.
    private static func bench(tokenBytes: Int = 8) -> MachineBench {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        visit(&bench, 0, tokenBytes)
        bench.handle(.deliveryEnded(bench.machine.delivering?.entry ?? 0, .failure(.busy(for: .seconds(3000)))))
        return bench
    }

    // By a token obtained elsewhere, since the authority asked to be left alone.
    @discardableResult
    private static func visit(_ bench: inout MachineBench, _ number: Int, _ tokenBytes: Int = 8) -> AuthoritySignOut? {
        bench.call(.authenticate(.tokenOf(customID: "customer-\(number)")))
        var token = bench.token(.oauth)
        token.secret = Secret(String(repeating: "t", count: tokenBytes))
        bench.endAuthentication(.success(.token(token)))
        let id = bench.call(.signOut(SignOut(), byAdministrator: false))
        return bench.fate(of: id)
    }

    @Test func sixtyFourAreKeptAndTheNextHearsThatItIsNot() {
        var bench = Self.bench()
        for number in 1..<64 { #expect(Self.visit(&bench, number) == .queued) }
        let all = bench.record.outbox
        #expect(Self.visit(&bench, 64) == .outboxFull)
        #expect(bench.record.outbox == all && all.count == 64, "what was promised stays promised")
        #expect(bench.fates == [.outboxFull] && bench.record.client == nil, "here it counts all the same")
    }

    @Test func sixteenAreKeptHoweverLargeTheirTokensAre() {
        var bench = Self.bench(tokenBytes: 32_768)
        for number in 1..<16 { #expect(Self.visit(&bench, number, 32_768) == .queued) }
        #expect(Self.visit(&bench, 16, 8) == .outboxFull)
        #expect(bench.record.outbox.count == 16)
    }

    @Test func allOfThemAreDeliveredInTheEnd() {
        var bench = Self.bench()
        for number in 1..<64 { Self.visit(&bench, number) }
        let queued = bench.record.outbox.map(\.id)
        var told: [UInt64] = []
        bench.pass(.seconds(3000))
        while let id = bench.machine.delivering?.entry {
            told.append(id)
            bench.handle(.deliveryEnded(id, .success(nil)))
            #expect(bench.fates == [.delivered])
        }
        #expect(told == queued && bench.record.outbox.isEmpty)
    }

    @Test func whatHasExpiredMakesRoom() {
        var bench = Self.bench()
        for number in 1..<64 { Self.visit(&bench, number) }
        bench.move(MachineBench.lifetime)
        #expect(Self.visit(&bench, 64) == .queued)
        #expect(bench.record.outbox.count == 1)
    }

    @Test func whatExpiresIsNotedOnceEach() {
        var bench = Self.bench()
        Self.visit(&bench, 1)
        bench.pass(MachineBench.lifetime)
        #expect(bench.fates == [.expired, .expired] && bench.record.outbox.isEmpty)
        bench.pass(.seconds(1))
        #expect(bench.fates.isEmpty)
    }

    @Test func anotherKeyLeavesWhatWaitsUntoldAndSaysSo() {
        var bench = Self.bench()
        bench.call(.changeAPIKey(ChangeAPIKey(apiKey: Secret("another"))))
        #expect(bench.fates == [.authorityChanged] && bench.record.outbox.isEmpty)
    }

    @Test(
        arguments: [
            (Result<Timestamp?, AuthorityFailure>.success(nil), SignOutFate.delivered),
            (.failure(.rejection), .rejected),
            (.failure(AuthorityFailure(.unsupported, "no such path")), .unsupported),
        ])
    func whatTheAuthorityAnswersIsNoted(row: (end: Result<Timestamp?, AuthorityFailure>, fate: SignOutFate)) {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.handle(.deliveryEnded(bench.machine.delivering?.entry ?? 0, row.end))
        #expect(bench.fates == [row.fate])
    }

    @Test func aTokenThatLooksExpiredByAWrongClockIsReckonedAnewAndTold() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        bench.visit("bob")
        // The clock is a day ahead after the boot: both look expired, and live for an hour still.
        let right = bench.wall
        bench.restart(rebootAt: right + 86_400)
        bench.handle(.deliveryEnded(bench.machine.delivering?.entry ?? 0, .success(Timestamp(secondsSince1970: right))))
        #expect(bench.record.isTimeProven && bench.fates == [.delivered])
        #expect(bench.delivered.map(\.id) == bench.record.outbox.map(\.id) && bench.record.outbox.count == 1)
        bench.pass(MachineBench.lifetime - .seconds(1))
        #expect(bench.record.outbox.count == 1 && bench.machine.delivering != nil)
    }

    @Test func aTokenThatLooksAliveByAWrongClockIsReckonedAnewAndNoted() {
        var bench = MachineBench(in: .anonymous, traits: MachineBench.told)
        bench.visit("alice")
        let later = bench.wall + 86_400
        bench.restart(rebootAt: bench.wall)
        bench.handle(.deliveryEnded(bench.machine.delivering?.entry ?? 0, .failure(.outage(at: later))))
        #expect(bench.record.outbox.isEmpty && bench.fates == [.expired])
    }

    @Test(arguments: [true, false])
    func theAnswersToADeletionAndADeliveryProveWhatTimeItIs(isDeletion: Bool) {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.machine.record.isTimeProven = false
        let time = Timestamp(secondsSince1970: bench.wall - 5)
        if isDeletion {
            bench.call(.authenticate(.deletion(DeleteAccount(authFactor: Secret("p")))))
            bench.handle(.deletionEnded(bench.machine.authentication?.attempt.id ?? 0, .success(time)))
        } else {
            bench.call(.signOut(SignOut(), byAdministrator: false))
            bench.handle(.deliveryEnded(bench.machine.delivering?.entry ?? 0, .success(time)))
        }
        #expect(bench.record.isTimeProven && bench.status.authority.clockSkewSeconds == 5)
    }
}

extension MachineBench {
    /// What sign-outs came to last.
    var fates: [SignOutFate] {
        effects.compactMap { if case .noteSignOut(let fate) = $0 { fate } else { nil } }
    }
}
