// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What a new stored property can forget: to be stored, to be shown, to be cleared.
@Suite(.timeLimit(.minutes(10))) struct RecordFieldTests {
    private static let table = "Tests/SessionMachineTests/Fields/RecordField+All.swift"
    private static let boot = SessionRecord.Boot(
        id: "b00t", now: Moment(boottime: .seconds(500), wall: Timestamp(secondsSince1970: 1_795_410_000)))

    @Test func theTableHasEveryFieldOfTheRecord() {
        let listed = Set(RecordField.all.map(\.name))
        for name in SessionRecord.fieldNames {
            #expect(
                listed.contains(name),
                """
                SessionRecord.\(name) has no line in \(Self.table): add one, with a value, whether the status shows it, \
                and what is left of it after a sign-out and for the next customer
                """)
        }
        #expect(listed == Set(SessionRecord.fieldNames) && listed.count == RecordField.all.count)
    }

    @Test(arguments: RecordField.all)
    func itsSampleSaysSomething(_ field: RecordField) {
        #expect(
            !field.isSame(.filled, .new),
            "\(Self.table): the sample of \(field.name) is what a new record has; give it another value")
        for part in Blank.parts(of: field.sample, called: field.name, inTypesOf: "SessionMachine") {
            // Not stored: they are of the moment of the answer.
            if [".serverTime", ".isOfAnotherAccount"].contains(where: part.hasSuffix) { continue }
            Issue.record("\(Self.table): the sample leaves \(part) empty; give it a value there")
        }
    }

    @Test(arguments: RecordField.all)
    func isStoredAndComesBack(_ field: RecordField) throws {
        let record = try SessionRecord(stored: SessionRecord.filled.stored(in: Self.boot), in: Self.boot)
        #expect(
            field.isSame(record, .filled),
            """
            SessionRecord.\(field.name) is not what was stored: stored(in:) writes it, init(stored:in:) reads it, and \
            memberNames has its name, in Sources/Session/SessionMachine/State/SessionRecord+Stored.swift
            """)
    }

    @Test(arguments: RecordField.all)
    func isShownOrNot(_ field: RecordField) {
        // What the client's token, or a session that is over, stands before is seen without it.
        let filled = SessionRecord.filled
        let (over, anonymous) = (filled.without(\.client), filled.without(\.client).without(\.endedBecause))
        let isShown = [filled, over, anonymous].contains { record in
            var other = record
            field.reset(&other)
            return Self.status(of: other) != Self.status(of: record)
        }
        switch field.exposure {
        case .inStatus:
            #expect(
                isShown,
                """
                session.status does not show SessionRecord.\(field.name): write it in SessionSnapshot.status(at:) \
                (Sources/Session/SessionMachine/Machine/SessionSnapshot.swift), or in \(Self.table): .hidden(why)
                """)
        case .hidden(let reason):
            #expect(
                !isShown && !reason.isEmpty, "session.status shows \(field.name): in \(Self.table) write .inStatus")
        }
    }

    private static func status(of record: SessionRecord) -> SessionStatus {
        var bench = MachineBench(traits: MachineBench.told)
        bench.machine.record = record
        return bench.status
    }

    @Test(arguments: CustomerEnd.allCases)
    func nothingOfTheCustomerIsLeftAfter(_ end: CustomerEnd) {
        let (before, after) = (end.before, end.after)
        #expect(after.generation > before.generation, "\(end) ended nothing")
        for field in RecordField.all {
            let isOther = !field.isSame(after, .filled)
            let isGone =
                switch end.replacesCustomer ? field.afterCustomer : field.afterSignOut {
                case .cleared: end == .signInOfAnother ? isOther : field.isSame(after, .new)
                case .renewed(let reason): isOther && !reason.isEmpty
                case .left: true
                }
            let place = end.replacesCustomer ? "beginCustomer" : "endSession"
            #expect(
                isGone,
                """
                SessionRecord.\(field.name) outlives the customer after \(end.rawValue): clear it in \
                SessionMachine.\(place) (Sources/Session/SessionMachine/Machine/SessionMachine+Customer.swift), or write \
                .left(why) in \(Self.table)
                """)
        }
    }

    @Test(arguments: RecordField.all)
    func whatIsSaidToBeLeftIs(_ field: RecordField) {
        for (fate, isOther) in [(field.afterSignOut, false), (field.afterCustomer, true)] {
            guard case .left(let reason) = fate else { continue }
            let ends = CustomerEnd.allCases.filter { $0.replacesCustomer == isOther }
            #expect(
                !reason.isEmpty && ends.contains { !field.isSame($0.after, .new) },
                "nothing clears \(field.name) later than the end: in \(Self.table) write .cleared")
        }
    }
}

extension SessionRecord {
    fileprivate func without<Value>(_ path: WritableKeyPath<SessionRecord, Value?>) -> SessionRecord {
        var record = self
        record[keyPath: path] = nil
        return record
    }
}
