// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionClient

/// What is told of answers, events and failures, in whatever order they come.
@Suite(.timeLimit(.minutes(10))) struct WatchProgressTests {
    private static let outage = ClientError.connectionLost(.watch)
    private static let denial = ClientError.session(SessionError(.permissionDenied, "no"))
    private static let locked = ClientError.session(SessionError(.storeLocked, "no key"))

    private static func status(_ generation: Int64) -> SessionStatus {
        SessionStatus(
            uuid: CustomerUUID(bytes: [1], version: 4), uuidOrigin: .generated, generation: generation,
            authority: AuthorityStatus(kind: "local", reachable: true), store: StoreStatus(sealed: false, state: .ok))
    }

    private static func answer(_ generation: Int64, _ sequence: Int64, resumed: Bool = false) -> WatchAnswer {
        WatchAnswer(snapshot: status(generation), sequence: sequence, resumed: resumed)
    }

    private static func event(_ generation: Int64, _ sequence: Int64) -> SessionEvent {
        SessionEvent(sequence: sequence, generation: generation, kind: .signedIn, status: status(generation))
    }

    /// One that follows a session of generation 1, of which event 10 was the last.
    private static func begun() -> WatchProgress {
        var progress = WatchProgress(since: nil)
        _ = progress.begin(with: answer(1, 10))
        return progress
    }

    @Test func theFirstViewIsASnapshot() {
        var progress = WatchProgress(since: nil)
        #expect(
            progress.begin(with: Self.answer(1, 10)) == SessionChange(.snapshot, previous: nil, status: Self.status(1)))
        #expect(progress.since == 10)
    }

    @Test func anEventLeadsFromTheLastStatusToItsOwn() {
        var progress = Self.begun()
        let event = Self.event(2, 11)
        let change = progress.take(event)
        #expect(change == SessionChange(.event(event), previous: Self.status(1), status: Self.status(2)))
        #expect(change?.isOtherCustomer == true && progress.since == 11)
    }

    @Test(arguments: [9, 10] as [Int64])
    func anEventThatIsKnownIsNotToldAgain(sequence: Int64) {
        var progress = Self.begun()
        #expect(progress.take(Self.event(2, sequence)) == nil && progress.since == 10)
        #expect(progress.take(Self.event(2, 11))?.previous == Self.status(1))
    }

    @Test func anEventWithoutAStatusChangesNone() {
        var progress = Self.begun()
        let event = SessionEvent(sequence: 11, generation: 1, kind: EventKind(rawValue: "later"))
        #expect(progress.take(event) == SessionChange(.event(event), previous: Self.status(1), status: Self.status(1)))
    }

    @Test func aConnectionThatIsResumedIsNoChange() {
        var progress = Self.begun()
        #expect(progress.begin(with: Self.answer(3, 10, resumed: true)) == nil)
        // What was missed comes in its order; the snapshot was of after it.
        #expect(progress.take(Self.event(2, 11))?.previous == Self.status(1))
        #expect(progress.take(Self.event(3, 12))?.previous == Self.status(2))
    }

    @Test(arguments: [3, 1] as [Int64])
    func aGapIsOneChangeEvenWhereNothingSeemsToHaveHappened(generation: Int64) {
        var progress = Self.begun()
        let change = progress.begin(with: Self.answer(generation, 500))
        #expect(change == SessionChange(.gap, previous: Self.status(1), status: Self.status(generation)))
        #expect(progress.since == 500)
    }

    @Test func aGapMayGoBackToTheNumbersOfAnotherInstallation() {
        var progress = Self.begun()
        #expect(progress.begin(with: Self.answer(1, 3))?.cause == .gap)
        #expect(progress.take(Self.event(2, 4))?.status == Self.status(2))
    }

    @Test func anInterruptionIsToldOnceForEachReason() {
        var progress = Self.begun()
        let told = [Self.outage, Self.outage, Self.denial, Self.denial, Self.locked, Self.outage].map {
            progress.interrupt($0)
        }
        #expect(
            told.map { $0?.cause } == [
                .interrupted(Self.outage), nil, .interrupted(Self.denial), nil, .interrupted(Self.locked),
                .interrupted(Self.outage),
            ])
        #expect(told.allSatisfy { $0.map { $0.previous == Self.status(1) && $0.status == Self.status(1) } ?? true })
    }

    @Test(arguments: [true, false])
    func theEndOfAnInterruptionIsTold(resumed: Bool) {
        var progress = Self.begun()
        _ = progress.interrupt(Self.outage)
        let change = progress.begin(with: Self.answer(2, 10, resumed: resumed))
        // Resumed, the session is still the last that was seen.
        #expect(change?.cause == (resumed ? .resumed : .gap))
        #expect(change?.status == Self.status(resumed ? 1 : 2) && change?.previous == Self.status(1))
        #expect(progress.interrupt(Self.outage)?.cause == .interrupted(Self.outage), "and another one is told again")
    }

    @Test func anInterruptionBeforeTheFirstViewShowsNothing() {
        var progress = WatchProgress(since: nil)
        #expect(progress.interrupt(Self.outage) == SessionChange(.interrupted(Self.outage), previous: nil, status: nil))
        #expect(progress.begin(with: Self.answer(1, 10))?.cause == .snapshot)
    }

    @Test(arguments: [true, false])
    func whoBeginsBehindAnEventGetsASnapshotToo(resumed: Bool) {
        var progress = WatchProgress(since: 7)
        #expect(progress.since == 7)
        let sequence: Int64 = resumed ? 7 : 10
        #expect(progress.begin(with: Self.answer(1, sequence, resumed: resumed))?.cause == .snapshot)
        #expect(progress.since == sequence)
    }
}
