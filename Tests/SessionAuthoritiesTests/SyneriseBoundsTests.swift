// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessionProtocol
import Testing

@testable import HTTPSClient
@testable import SessionAuthorities
@testable import SessiondLinux
@testable import TestSupport

/// What breaks a bound is an answer that cannot be used, whichever member it is.
@Suite(.timeLimit(.minutes(10))) struct SyneriseBoundsTests {
    private static let now = StoppedClock().now()
    private static let expiration = now.wall.secondsSince1970 + 3600
    private static let long = String(repeating: "x", count: 300_000)

    private static func response(_ body: String, status: Int = 200, date: Timestamp? = now.wall) -> HTTPResponse {
        HTTPResponse(
            status: status, date: date?.secondsSince1970, retryAfter: nil, mediaType: "application/json",
            body: Array(body.utf8), sentAt: .now, receivedAt: .now)
    }

    private static func token(_ members: String, date: Timestamp? = now.wall) -> Result<IssuedToken, AuthorityFailure> {
        let response = response("{\(members)}", date: date)
        do throws(AuthorityFailure) {
            let body = try SyneriseAnswer.body(of: response, to: .refresh)
            return .success(try SyneriseToken.read(body, response, origin: .synerise, at: now))
        } catch {
            return .failure(error)
        }
    }

    private static func good(_ more: String = "", token: String = "\"tok\"") -> String {
        "\"token\":\(token),\"expiration\":\(expiration)\(more)"
    }

    private static func expectMalformed(_ result: Result<IssuedToken, AuthorityFailure>, _ comment: Comment) {
        guard case .failure(let failure) = result else {
            Issue.record("taken: \(comment)")
            return
        }
        #expect(failure.meaning == .unavailable && failure.message.utf8.count < 200, comment)
        #expect(!failure.message.contains("x\\n") && !failure.message.contains("xxxx"), comment)
    }

    @Test(
        arguments: [
            "\"a\\nb\"", "\"a b\"", "\"a\\u001bb\"", "\"tökn\"", "\"a\\u200bb\"", "\"\"", "null", "5",
            "\"\(String(repeating: "t", count: 32_769))\"", "\"\(String(repeating: "\\\\", count: 32_768))\"",
        ])
    func aTokenThatNoHeaderCanHoldIsMalformed(token: String) {
        Self.expectMalformed(Self.token(Self.good(token: token)), "\(token.prefix(20))")
    }

    @Test(arguments: ["realm", "customId", "clientId"])
    func aNameIsShortAndHasNoControlCharacters(member: String) {
        for text in [Self.long, "x\\n", "x\\u0000", "x\\u009b"] {
            Self.expectMalformed(Self.token(Self.good(",\"\(member)\":\"\(text)\"")), "\(member) \(text.prefix(9))")
        }
    }

    @Test func aClientIDMayBeANumberAndIsBoundedToo() throws {
        let digits = String(repeating: "9", count: 1025)
        Self.expectMalformed(Self.token(Self.good(",\"clientId\":\(digits)")), "digits")
        #expect(try Self.token(Self.good(",\"clientId\":434428563")).get().clientID == "434428563")
        #expect(try Self.token(Self.good(",\"clientId\":\"\",\"realm\":null")).get().clientID == nil)
    }

    @Test func anOriginOfAnyLengthIsUnknown() throws {
        #expect(try Self.token(Self.good(",\"origin\":\"\(Self.long)\"")).get().origin == .unknown)
    }

    @Test(
        arguments: [
            "\"expiration\":253402300800", "\"expiration\":-62167219201", "\"expiration\":9223372036854775807",
            "\"expiration\":1e3", "\"expiration\":\"5\"", "\"expiration\":0",
            "\"expiration\":253402300000,\"created\":253402299000000000",
        ])
    func aTimeThatCannotBeWrittenOrBelievedIsMalformed(members: String) {
        Self.expectMalformed(Self.token("\"token\":\"tok\",\(members)", date: nil), "\(members)")
        Self.expectMalformed(Self.token("\"token\":\"tok\",\(members)"), "\(members)")
    }

    @Test(arguments: [0, 4_102_444_800, 253_402_300_799])
    func aClockThatCannotBeRightSaysNothing(date: Int64) throws {
        let created = Self.now.wall.secondsSince1970 * 1000
        let token = try Self.token(
            Self.good(",\"created\":\(created)"), date: Timestamp(secondsSince1970: date)
        ).get()
        #expect(token.lifetime == .seconds(3600) && token.serverTime == nil)
    }

    private static func refusal(_ errors: String) -> AuthorityFailure? {
        do throws(AuthorityFailure) {
            _ = try SyneriseAnswer.body(of: response("{\"errors\":\(errors)}", status: 422), to: .signIn)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            "[{\"message\":\"\(long)\"}]", "[{\"code\":\"x\\n\"}]",
            "[{\"field\":\"\(String(repeating: "x", count: 257))\"}]",
        ])
    func aFieldErrorBeyondTheBoundsIsMalformed(errors: String) {
        let failure = Self.refusal(errors)
        #expect(failure?.meaning == .unavailable && failure?.fieldErrors == nil)
    }

    @Test func fieldErrorsAreHandedOnAsFarAsTheyHaveRoom() throws {
        let one =
            "{\"code\":\"c\",\"field\":\"f\",\"message\":\"\(String(repeating: "\\\"", count: 1024))\",\"rejectedValue\":\"s\"}"
        let failure = try #require(Self.refusal("[\(Array(repeating: one, count: 40).joined(separator: ","))]"))
        let errors = try #require(failure.fieldErrors)
        #expect(failure.meaning == .rejected && errors.byteCount <= AuthorityBounds.fieldErrorsBytes)
        let kept: [JSONValue] = if case .array(let kept) = errors { kept } else { [] }
        #expect(kept.count == 15 && kept.first?["code"]?.string == "c" && kept.first?["rejectedValue"] == nil)
        let few = try #require(Self.refusal("[{\"code\":7,\"field\":{\"a\":1},\"message\":\"m\"},5]"))
        #expect(
            few.fieldErrors
                == .array([
                    .object([JSONMember("code", .number(JSONNumber(7))), JSONMember("message", .string("m"))]),
                    .object([]),
                ]))
    }

    private static func authority(_ answer: String) throws -> (SyneriseAuthority, ScriptedServer) {
        let server = try ScriptedServer(
            bytes:
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)"
        )
        let settings = SyneriseSettings(http: try server.options(), apiKey: Secret("key"))
        return (SyneriseAuthority(settings: settings), server)
    }

    @Test(
        arguments: [
            "{\"status\":\"\(long)\"}", "{\"status\":\"A B\"}", "{\"status\":\"\"}",
            "{\"status\":\"A\",\"conditions\":[\"\(String(repeating: "x", count: 32_768))\"]}",
            "{\"status\":\"A\",\"conditions\":\(String(repeating: "[", count: 30))\(String(repeating: "]", count: 30))}",
        ])
    func aConditionBeyondTheBoundsIsMalformed(answer: String) async throws {
        let (authority, server) = try Self.authority(answer)
        defer { server.close() }
        let request = SignIn(
            account: .email("a@b"), password: Secret("p"), options: AuthenticationOptions(conditional: true))
        let attempt = AuthenticationAttempt(id: 1, credentials: .password(request), uuid: AuthorityFixture.uuid)
        await #expect { try await authority.authenticate(attempt) } throws: { error in
            (error as? AuthorityFailure)?.meaning == .unavailable
        }
    }

    @Test(arguments: [(28, true), (29, false)])
    func aProfileIsNestedNoDeeperThanALineCanHold(depth: Int, isTaken: Bool) async throws {
        let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let (authority, server) = try Self.authority("{\"a\":\(nested)}")
        defer { server.close() }
        let issued = IssuedToken(
            secret: Secret("tok"), origin: .synerise, expiresAt: Self.now.wall, lifetime: .seconds(60))
        let token = Token(issued, uuid: AuthorityFixture.uuid, askedAt: .zero)
        let profile = try? await authority.profile(token)
        #expect((profile != nil) == isTaken)
    }
}
