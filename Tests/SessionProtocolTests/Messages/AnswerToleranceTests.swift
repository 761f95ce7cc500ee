// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@Suite("Answers of a later daemon", .timeLimit(.minutes(10)))
struct AnswerToleranceTests {
    // Of what is handed on as a whole, no member is unknown.
    @Test(
        "members that are unknown change nothing",
        arguments: GoldenAnswer.all.filter { !["ProfileAnswer", "DescriptionAnswer"].contains($0.name) })
    func unknownMembers(_ golden: GoldenAnswer) throws {
        for (number, line) in try Golden.lines(golden.name).enumerated() {
            let value = try JSONValue(parsing: bytes(line))
            let result = try #require(value["result"])
            let later = JSONMember("ofTomorrow", .object([JSONMember("a", .array([.null]))]))
            try golden.read(extended(result, by: later), number)
        }
    }

    @Test(
        "a member that version 1 promises and that is missing, is named",
        arguments: [
            (
                "SessionStatus",
                [
                    "uuid", "uuidOrigin", "generation", "authority", "store", "state", "tokenState", "signedIn",
                    "signedInViaSimpleAuthentication",
                ]
            ),
            ("TokenFacts", ["uuid", "origin", "expiresAt", "expiresInSeconds", "stale", "generation"]),
            ("TokenAnswer", ["token", "uuid"]), ("UUIDAnswer", ["uuid"]),
            ("NewCustomerAnswer", ["uuid", "generation", "durable"]),
            ("SignOutAnswer", ["changed", "durable", "authority", "uuid", "generation"]),
            ("SignInRequestAnswer", ["attempt", "method", "joined", "expiresAt", "expiresInSeconds"]),
            ("PendingSignInAnswer", ["method", "expiresAt", "expiresInSeconds"]), ("CancelSignInAnswer", ["cancelled"]),
            ("HelloAnswer", ["protocol", "server"]), ("ReloadAnswer", ["endsSession"]),
            ("HealthAnswer", ["ready", "problems"]), ("MetricsAnswer", ["contentType", "text"]),
            ("InfoAnswer", ["server", "startedAt", "configuration"]),
        ])
    func missingMembers(name: String, required: [String]) throws {
        let golden = try #require(GoldenAnswer.all.first { $0.name == name })
        let line = try #require(try Golden.lines(name).first)
        let members = try #require(try JSONValue(parsing: bytes(line))["result"]?.members)
        for member in required {
            for value in [nil, JSONValue.null, .array([])] {
                let left = members.filter { $0.name != member } + (value.map { [JSONMember(member, $0)] } ?? [])
                if name == "HealthAnswer", member == "problems", value == .array([]) { continue }
                let error = #expect(throws: SessionError.self) { try golden.decode(.object(left)) }
                #expect(error?.name == .internalError)
                #expect(error?.message.contains("\"\(member)\"") == true)
            }
        }
    }

    @Test("what is no object is no answer", arguments: GoldenAnswer.all)
    func notAnObject(_ golden: GoldenAnswer) {
        for value in [JSONValue.null, .array([]), .string("x"), .bool(true)] {
            #expect(throws: SessionError.self) { try golden.decode(value) }
        }
    }

    @Test("names that are unknown are kept")
    func unknownNames() throws {
        let line = try #require(try Golden.lines("SessionStatus").first)
        let later = line.replacing(#""anonymous""#, with: #""dreaming""#).replacing(#""generated""#, with: #""woven""#)
            .replacing(#""valid""#, with: #""golden""#).replacing(#""ok""#, with: #""haunted""#)
            .replacing("ANONYMOUS", with: "TELEPATHY").replacing(#""local""#, with: #""remote""#)
        let status = try SessionStatus(json: try #require(try JSONValue(parsing: bytes(later))["result"]))
        #expect(status.state.rawValue == "dreaming")
        #expect(status.uuidOrigin.rawValue == "woven")
        #expect(status.tokenState.rawValue == "golden")
        #expect(status.store.state.rawValue == "haunted")
        #expect(status.authority.kind == "remote")
        #expect(status.origin == .unknown)
        #expect(TokenOrigin(wire: "FACEBOO\u{212A}") == .unknown)
    }

    @Test("optional members of another type count as absent")
    func optionalMembers() throws {
        let line = try #require(try Golden.lines("SessionStatus").last)
        let members = try #require(try JSONValue(parsing: bytes(line))["result"]?.members)
        let optional = [
            "origin", "login", "customEmail", "customIdentifier", "clientID", "expiresAt", "expiresInSeconds",
        ]
        let changed = members.map { optional.contains($0.name) ? JSONMember($0.name, .bool(true)) : $0 }
        let status = try SessionStatus(json: .object(changed))
        #expect(status.origin == nil && status.login == nil && status.customEmail == nil && status.clientID == nil)
        #expect(status.customIdentifier == nil && status.expiresAt == nil && status.expiresInSeconds == nil)
    }

    private func extended(_ value: JSONValue, by member: JSONMember) -> JSONValue {
        guard case .object(let members) = value else { return value }
        return .object([member] + members + [JSONMember("further", .bool(false))])
    }
}
