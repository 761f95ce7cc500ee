// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct SessionRecordTests {
    private let boot = SessionRecord.Boot(
        id: "b00t", now: Moment(boottime: .seconds(500), wall: Timestamp(secondsSince1970: 1_795_410_000)))

    private let full = SessionRecord.filled

    @Test func comesBackAsItWasWithinABoot() throws {
        #expect(try SessionRecord(stored: full.stored(in: boot), in: boot) == full)
    }

    @Test func comesBackWithNothingSet() throws {
        var record = SessionRecord(uuid: CustomerUUID(bytes: [1], version: 4), generation: 1, accountSalt: "")
        record.binding = Binding(kind: "local")
        #expect(try SessionRecord(stored: record.stored(in: boot), in: boot) == record)
    }

    @Test func tellsAnUnnamedAccountFromNoAccount() throws {
        var record = full
        record.lastAccount = .unnamed
        #expect(try SessionRecord(stored: record.stored(in: boot), in: boot).lastAccount == .unnamed)
    }

    @Test(arguments: EndReason.all)
    func keepsWhyTheSessionEnded(reason: EndReason) throws {
        var record = full
        record.endedBecause = reason
        #expect(try SessionRecord(stored: record.stored(in: boot), in: boot).endedBecause == reason)
    }

    @Test func keepsWhatALaterVersionStored() throws {
        let json =
            #"{"uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","new":{"deep":[1.50,"x"]},"generation":3,"#
            + #""accountSalt":"s","uuidOrigin":"scanned"}"#
        let record = try SessionRecord(stored: Array(json.utf8), in: boot)
        let again = try JSONValue(parsing: record.stored(in: boot))
        #expect(again["new"] == (try JSONValue(parsing: Array(#"{"deep":[1.50,"x"]}"#.utf8))))
        #expect(again["uuidOrigin"]?.string == "scanned")
        #expect(record.generation == 3)
    }

    @Test func withinABootTheWallClockDoesNotCount() throws {
        var later = boot
        later.now = Moment(boottime: .seconds(600), wall: Timestamp(secondsSince1970: 0))
        let record = try SessionRecord(stored: full.stored(in: boot), in: later)
        #expect(record.client?.expiresBoottime == .milliseconds(4_000_250))
    }

    @Test(
        arguments: [
            (1_795_410_000, 3500), (1_795_413_499, 1), (1_795_413_500, 0), (1_795_413_600, -100), (0, 3600),
        ] as [(Int64, Int64)])
    func overAReBootTheWallClockCountsButATokenNeverLivesLongerThanItsLifetime(wall: Int64, left: Int64) throws {
        let now = Moment(boottime: .seconds(20), wall: Timestamp(secondsSince1970: wall))
        let record = try SessionRecord(stored: full.stored(in: boot), in: SessionRecord.Boot(id: "other", now: now))
        #expect(record.client?.remaining(at: now) == .seconds(left))
    }

    @Test(arguments: ["uuid", "generation", "accountSalt"])
    func namesTheMemberThatIsMissingOrWrong(member: String) throws {
        let stored = try JSONValue(parsing: full.stored(in: boot))
        for replacement in [nil, JSONValue.bool(true)] {
            var members = (stored.members ?? []).filter { $0.name != member }
            if let replacement { members.append(JSONMember(member, replacement)) }
            try expectLocked(.object(members), member)
        }
    }

    @Test(arguments: ["token", "uuid", "expiresAt", "lifetimeSeconds"])
    func namesTheMemberOfATokenThatIsMissing(member: String) throws {
        let stored = try JSONValue(parsing: full.stored(in: boot))
        let members = (stored.members ?? []).map { outer in
            guard outer.name == "client" else { return outer }
            return JSONMember("client", .object((outer.value.members ?? []).filter { $0.name != member }))
        }
        try expectLocked(.object(members), member)
    }

    @Test(
        arguments: [
            ("generation", .max), ("generation", -1), ("lifetimeSeconds", .max), ("lifetimeSeconds", .min),
            ("lifetimeSeconds", -1),
        ] as [(String, Int64)])
    func namesTheNumberThatCannotBe(member: String, number: Int64) throws {
        let stored = try JSONValue(parsing: full.stored(in: boot))
        try expectLocked(stored.replacing(member, by: .number(JSONNumber(number))), member)
    }

    @Test(arguments: ["", "[]", "null", "{\"uuid\":", "\u{0}\u{0}"])
    func whatIsNoRecordIsLockedAndNotEmpty(text: String) {
        let error = #expect(throws: SessionError.self) { try SessionRecord(stored: Array(text.utf8), in: boot) }
        #expect(error?.name == .storeLocked)
    }

    private func expectLocked(_ json: JSONValue, _ member: String) throws {
        var writer = JSONWriter()
        writer.value(json)
        let bytes = writer.bytes
        let error = #expect(throws: SessionError.self) { try SessionRecord(stored: bytes, in: boot) }
        #expect(error?.name == .storeLocked)
        #expect(error?.message.contains("\(member)\"") == true)
        #expect(error?.message.contains("two") == false)
    }
}

extension JSONValue {
    /// The same with another value for a member of that name, however deep it stands.
    fileprivate func replacing(_ name: String, by value: JSONValue) -> JSONValue {
        guard let members else { return self }
        return .object(
            members.map { JSONMember($0.name, $0.name == name ? value : $0.value.replacing(name, by: value)) })
    }
}
