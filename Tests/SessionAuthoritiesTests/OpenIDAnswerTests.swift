// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessionProtocol
import Testing

@testable import HTTPSClient
@testable import SessionAuthorities
@testable import TestSupport

/// What an answer of a provider means (docs/authorities.md, V9 to V12).
@Suite(.timeLimit(.minutes(10))) struct OpenIDAnswerTests {
    typealias Call = OpenIDAnswer.Call

    private static let calls: [Call] = [.begin, .redeem, .refresh, .ownToken, .revoke, .userinfo]

    private static func content(
        _ body: String, _ status: Int = 200, _ call: Call = .redeem, mediaType: String = "application/json"
    ) -> Result<String, AuthorityFailure> {
        let response = OpenIDFixture.response(body, status: status, mediaType: mediaType)
        do throws(AuthorityFailure) {
            switch try OpenIDAnswer.content(of: response, to: call) {
            case .members(let members): return .success(members["access_token"]?.string ?? "members")
            case .word(let word): return .success("\(word)")
            }
        } catch {
            return .failure(error)
        }
    }

    private static func error(_ name: String, _ more: String = "") -> String { #"{"error":"\#(name)"\#(more)}"# }

    @Test(
        arguments: [
            ("authorization_pending", "authorizationPending"), ("slow_down", "slowDown"), ("access_denied", "denied"),
            ("authorization_declined", "denied"), ("expired_token", "expired"),
        ], [200, 400, 401, 403])
    func aWordCountsWhateverTheStatus(word: (String, String), status: Int) {
        #expect(Self.content(Self.error(word.0), status) == .success(word.1))
    }

    @Test(
        arguments: [
            "invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type", "invalid_target",
        ], calls)
    func aClientThatIsWrongIsNobodysCustomer(name: String, call: Call) {
        let failure = Self.content(Self.error(name), 401, call).failure
        #expect(failure?.meaning == .misconfigured && failure?.hint?.contains("ClientID=") == true)
        // The others are about what was asked for: who asked was known.
        #expect(failure?.subject == (name == "invalid_client" ? .client : .request))
    }

    @Test(arguments: ["invalid_grant", "interaction_required", "login_required", "consent_required"])
    func theProvidersNoIsOne(name: String) {
        for call in [Call.redeem, .refresh] {
            #expect(Self.content(Self.error(name), 400, call).failure?.meaning == .rejected)
        }
    }

    @Test(arguments: ["server_error", "temporarily_unavailable", "too_many_requests"], calls)
    func whatPassesIsNoNo(name: String, call: Call) {
        #expect(Self.content(Self.error(name), 400, call).failure?.meaning == .unavailable)
    }

    @Test func aWordThatNobodyKnowsFailsASignInAndEndsNoSession() {
        let name = "incorrect_device_code"
        #expect(Self.content(Self.error(name), 200, .redeem).failure?.meaning == .rejected)
        #expect(Self.content(Self.error(name), 400, .refresh).failure?.meaning == .unavailable)
        #expect(Self.content(Self.error(name), 503, .redeem).failure?.meaning == .unavailable)
        #expect(Self.content(Self.error(name), 429, .redeem).failure?.meaning == .unavailable)
    }

    @Test(arguments: [200, 302, 400, 401, 403, 404, 405, 407, 429, 500, 502, 503], calls)
    func aPageOfSomethingInBetweenEndsNothing(status: Int, call: Call) {
        let failure = Self.content("<html>Bad Gateway</html>", status, call, mediaType: "text/html").failure
        let isRefusedToken = call == .userinfo && status == 401
        #expect(failure?.meaning == (isRefusedToken ? .rejected : .unavailable))
        #expect(failure?.message.contains("html") == false && failure?.mayBeRejection == false)
    }

    @Test func nothingWithFourHundredMayBeANoOfARefresh() {
        for call in Self.calls {
            let failure = Self.content("", 400, call).failure
            #expect(failure?.meaning == .unavailable && failure?.mayBeRejection == (call == .refresh))
        }
        #expect(Self.content("", 200, .revoke) == .success("members"))
        #expect(Self.content("", 200, .refresh).failure?.meaning == .unavailable)
    }

    @Test func anAnswerMayBeAForm() {
        let form = "application/x-www-form-urlencoded"
        #expect(Self.content("access_token=a%2Fb&token_type=bearer", mediaType: form) == .success("a/b"))
        #expect(Self.content("error=slow_down&error_description=x", mediaType: form) == .success("slowDown"))
        #expect(Self.content("access_token=%zz", mediaType: form).failure?.meaning == .unavailable)
        #expect(Self.content("access_token=a", mediaType: "text/plain").failure?.meaning == .unavailable)
    }

    @Test func theWishToBeLeftAloneIsHandedOnAndNoTextOfTheProviders() {
        let response = OpenIDFixture.response(
            Self.error("temporarily_unavailable", #","error_description":"canary-text""#), status: 503,
            retryAfter: .seconds(90))
        let failure = Result { () throws(AuthorityFailure) in
            try OpenIDAnswer.content(of: response, to: .refresh)
        }.failure
        #expect(failure?.retryAfter == .seconds(90) && failure?.serverTime == OpenIDFixture.now.wall)
        #expect(failure?.message.contains("canary") == false)
    }

    // MARK: A code for another device

    private static func code(_ members: String) async throws -> Result<SignInOffer, AuthorityFailure> {
        let fixture = try OpenIDFixture(["device_authorization": (200, "{\(members)}")])
        let authority = try fixture.authority()
        return await Result { () async throws(AuthorityFailure) in try await authority.beginSignIn(SignInWish()) }
    }

    private static let whole = #""device_code":"d","user_code":"U","verification_uri":"https://p.example/d""#

    @Test func aCodeLivesFiveMinutesAndIsAskedForEveryFiveSecondsWhereNothingElseIsSaid() async throws {
        let offer = try await Self.code(Self.whole).get()
        #expect(offer.lifetime == .seconds(300) && offer.interval == .seconds(5) && offer.method == .device)
        let other = try await Self.code(Self.whole + #","expires_in":"900","interval":2"#).get()
        #expect(other.lifetime == .seconds(900) && other.interval == .seconds(2))
        let none = try await Self.code(Self.whole + #","expires_in":0,"interval":0"#).get()
        #expect(none.lifetime == .seconds(300) && none.interval == .seconds(5))
        let endless = try await Self.code(Self.whole + #","interval":"\#(Int64.max)""#).get()
        #expect(endless.interval == .seconds(300))
    }

    @Test func anAddressMayHaveItsOldName() async throws {
        let offer = try await Self.code(
            #""device_code":"d","user_code":"U","verification_url":"https://p.example/d""#
        ).get()
        guard case .device(let code) = offer.stage else {
            Issue.record("no code")
            return
        }
        #expect(code.verificationURI == Secret("https://p.example/d") && code.verificationURIComplete == nil)
    }

    @Test(arguments: [
        #""user_code":"U","verification_uri":"https://p.example/d""#,
        #""device_code":"d","verification_uri":"https://p.example/d""#,
        #""device_code":"d","user_code":"","verification_uri":"https://p.example/d""#,
        #""device_code":"d","user_code":"\#(String(repeating: "U", count: 65))","verification_uri":"https://p.example/d""#,
        #""device_code":"d","user_code":"U\u001b[2J","verification_uri":"https://p.example/d""#,
        #""device_code":"d","user_code":"   ","verification_uri":"https://p.example/d""#,
        #""device_code":"d","user_code":"U\u202eV","verification_uri":"https://p.example/d""#,
        #""device_code":"d","user_code":"U","verification_uri":"https://p.example/\u202ed""#,
        #""device_code":"d","user_code":"U","verification_uri":"https://p.example/d e""#,
        #""device_code":"d","user_code":"U""#,
        #""device_code":"d","user_code":"U","verification_uri":"javascript:alert(1)""#,
        #""device_code":"d","user_code":"U","verification_uri":"http://p.example/d""#,
        #""device_code":"d","user_code":"U","verification_uri":"https://p.example/\#(String(repeating: "x", count: 2_048))""#,
        #""device_code":"d","user_code":"U","verification_uri":"https://p.example/d","verification_uri_complete":"data:x""#,
    ])
    func whatNobodyMayBeShownIsNoCode(members: String) async throws {
        let failure = try await Self.code(members).failure
        #expect(failure?.meaning == .rejected, "\(members.prefix(90))")
        #expect(failure?.message.contains("javascript") == false)
    }
}
