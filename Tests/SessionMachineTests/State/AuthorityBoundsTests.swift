// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// What an authority says is bounded, and with it every line that holds it.
@Suite(.timeLimit(.minutes(10))) struct AuthorityBoundsTests {
    // A character of one byte that JSON writes with six: more than any that is let through.
    private static let costly = "\u{0B}"
    // An id as long as one may be.
    private static let id = Array("\"\(String(repeating: "i", count: WireLimits.idStringBytes))\"".utf8)

    private static func text(_ bytes: Int) -> String { String(repeating: costly, count: bytes) }

    private static var record: SessionRecord {
        let issued = IssuedToken(
            secret: Secret(String(repeating: "\"", count: 8192) + String(repeating: "t", count: 24_576)),
            origin: .simpleAuth, expiresAt: Timestamp(secondsSince1970: Timestamp.range.upperBound),
            lifetime: .seconds(AuthorityBounds.lifeSeconds.upperBound), realm: text(AuthorityBounds.nameBytes),
            customID: text(AuthorityBounds.nameBytes), clientID: text(AuthorityBounds.nameBytes))
        var record = SessionRecord(
            uuid: CustomerUUID(bytes: [255], version: 5), generation: Int64.max, accountSalt: "s")
        record.login = text(TextLimit.identifier.bytes.upperBound)
        record.customEmail = text(TextLimit.email.bytes.upperBound)
        record.customIdentifier = text(TextLimit.identifier.bytes.upperBound)
        record.client = Token(issued, uuid: record.uuid, askedAt: .seconds(1000))
        return record
    }

    private static var bench: MachineBench {
        var bench = MachineBench(in: .signedIn, traits: MachineBench.told)
        bench.machine.record = record
        bench.machine.standing.note(.refresh, AuthorityFailure(.unavailable, "no", status: 999), at: bench.now.wall)
        bench.machine.clockSkewSeconds = Int64.min
        return bench
    }

    /// JSON of exactly so many bytes, as an authority may send it.
    private static func json(_ bytes: Int) -> JSONValue {
        .array([.string(String(repeating: "x", count: bytes - 4))])
    }

    private static func expectRoom(_ line: [UInt8], _ what: Comment) {
        #expect(line.count <= WireLimits.commonResponseLineBytes, what)
    }

    @Test func aStatusAndAnEventWithEveryFieldAtItsLimitKeepToThePromise() {
        let status = Self.bench.status
        #expect(status.login != nil && status.clientID != nil && status.authority.lastError != nil)
        Self.expectRoom(ResponseLine.line(id: Self.id, result: status.json), "a status")
        let event = SessionEvent(
            sequence: .max, generation: .max, kind: .expiringSoonWithdrawn, reason: "maximumLifetime", status: status)
        Self.expectRoom(event.line, "an event")
        let watch = WatchAnswer(snapshot: status, sequence: .max, resumed: false)
        Self.expectRoom(ResponseLine.line(id: Self.id, result: watch.json), "a watch")
    }

    @Test func aTokenAnswerWithEveryFieldAtItsLimitDoesToo() throws {
        let bench = Self.bench
        let token = try #require(bench.record.client)
        #expect(TextLimit.bearerToken.refusal(of: token.issued.secret.reveal()) == nil)
        let answer = bench.machine.snapshot(at: bench.now).answer(token, at: bench.now)
        Self.expectRoom(ResponseLine.line(id: Self.id, result: answer.json), "a token")
    }

    @Test func whatIsHandedOnDoesToo() {
        let conditions = Self.json(AuthorityBounds.conditionsBytes)
        #expect(AuthorityBounds.fault(in: conditions, bytes: AuthorityBounds.conditionsBytes) == nil)
        let answer = AuthenticationAnswer.conditional(
            AuthenticationCondition(rawValue: String(repeating: "\"", count: AuthorityBounds.conditionBytes)),
            conditions: conditions, session: Self.bench.status)
        Self.expectRoom(ResponseLine.line(id: Self.id, result: answer.json), "a condition")
        let failure = AuthorityFailure(.rejected, "no", fieldErrors: Self.json(AuthorityBounds.fieldErrorsBytes))
        Self.expectRoom(ResponseLine.line(id: Self.id, error: failure.error), "an error")
    }

    @Test func whatIsHandedOnIsNestedNoDeeperThanALineOfABatchCanHold() throws {
        var value = JSONValue.array([])
        for _ in 1..<AuthorityBounds.nestingDepth { value = .array([value]) }
        #expect(AuthorityBounds.fault(in: value) == nil && AuthorityBounds.fault(in: .array([value])) != nil)
        let answer = AuthenticationAnswer.conditional(.unauthorized, conditions: value, session: Self.bench.status)
        let line = [UInt8(ascii: "[")] + ResponseLine.line(id: Self.id, result: answer.json) + [UInt8(ascii: "]")]
        #expect(throws: Never.self) { try JSONValue(parsing: line) }
    }

    @Test(arguments: [
        "", " ", "   ", " A", "A ", "A\u{A0}B", "A\u{3000}B", "\u{2800}", "A\u{200B}B", "A\u{202E}B", "A\u{2066}B",
        "A\u{AD}B", "\u{3164}", "A\u{FE0F}", "A\u{2028}B", "A\tB", "A\nB", "A\u{1B}[2J", "A\u{E000}", "A\u{FFFF}",
        "AAAAA",
    ])
    func whatAPersonReadsOffAScreenHasNothingThatTheyDoNotSee(text: String) {
        #expect(AuthorityBounds.fault(inShown: text, bytes: 4) != nil)
        for shown in ["A", "AB-1", "A B", "żó", "ﷺ", "日"] {
            #expect(AuthorityBounds.fault(inShown: shown, bytes: 4) == nil, "\(shown)")
        }
    }

    @Test(arguments: ["a\nb", "a\u{1B}b", "a\u{7F}", "a\u{85}b", String(repeating: "x", count: 1025)])
    func aNameWithinTheBoundsIsShortAndHasNoControlCharacters(name: String) {
        #expect(AuthorityBounds.fault(inName: name) != nil)
        #expect(AuthorityBounds.fault(inName: String(repeating: "ż", count: 512)) == nil)
    }

    @Test(arguments: [
        "", "a b", "a\nb", "a\u{1B}b", "tökn", "a\u{200B}b", "a\u{7F}", String(repeating: "t", count: 32_769),
    ])
    func aTokenThatNoHeaderCanHoldIsNone(text: String) {
        let issued = IssuedToken(
            secret: Secret(text), origin: .synerise, expiresAt: Timestamp(secondsSince1970: 0), lifetime: .seconds(1))
        #expect(issued.fault != nil)
    }

    @Test func anyVisibleCharacterMayBeInAToken() {
        let text = String(String.UnicodeScalarView((0x21...0x7E).compactMap(Unicode.Scalar.init)))
        #expect(TextLimit.bearerToken.refusal(of: text) == nil)
        #expect(TextLimit.bearerToken.refusal(of: String(repeating: "t", count: 32_768)) == nil)
    }
}
