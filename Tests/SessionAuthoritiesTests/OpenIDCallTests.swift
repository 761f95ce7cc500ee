// SPDX-License-Identifier: Apache-2.0

import Crypto
import SessionConfiguration
import SessionMachine
import SessionProtocol
import Testing

@testable import HTTPSClient
@testable import SessionAuthorities
@testable import TestSupport

/// What is sent, where, and with what (docs/authorities.md, V6 to V8, V17, V18).
@Suite(.timeLimit(.minutes(10))) struct OpenIDCallTests {
    private static let token = (200, #"{"access_token":"t","expires_in":300,"refresh_token":"r"}"#)
    private static let code = DeviceCode(
        deviceCode: Secret("device"), userCode: Secret("U"), verificationURI: Secret("https://p.example/d"),
        verifier: Secret("verifier"))

    private func failure<Value: Sendable>(
        _ body: () async throws(AuthorityFailure) -> Value
    ) async -> AuthorityFailure? {
        await Result(body).failure
    }

    @Test func aCodeIsAskedForWithAChallengeAndRedeemedWithItsVerifier() async throws {
        let fixture = try OpenIDFixture([
            "device_authorization": (
                200, #"{"device_code":"d","user_code":"U","verification_uri":"https://p.example/d"}"#
            ),
            "token": (400, #"{"error":"authorization_pending"}"#),
        ])
        let authority = try fixture.authority { section in
            (section.scope, section.audience) = ("openid offline_access", "api")
        }
        guard case .device(let code) = try await authority.beginSignIn(SignInWish()).stage else { return }
        #expect(try await authority.poll(code).progress == .waiting(slowDown: false))
        let asked = try #require(fixture.forms(to: "device_authorization").first)
        let polled = try #require(fixture.forms(to: "token").first)
        #expect(
            asked["client_id"] == "kiosk" && asked["scope"] == "openid%20offline_access" && asked["audience"] == "api")
        #expect(asked["code_challenge_method"] == "S256" && asked["grant_type"] == "device_authorization")
        let verifier = try #require(polled["code_verifier"])
        #expect(asked["code_challenge"] == Base64URL.encode(SHA256.hash(data: Array(verifier.utf8))))
        #expect(polled["device_code"] == "d" && polled["client_id"] == "kiosk")
        #expect(polled["grant_type"] == "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code")
        #expect(polled["scope"] == "openid%20offline_access" && polled["client_secret"] == nil)
    }

    @Test func aBrowserIsSentWithAChallengeAndWhatHasToComeBack() async throws {
        let fixture = try OpenIDFixture(["token": Self.token])
        let authority = try fixture.authority()
        let offers = try await [
            authority.beginSignIn(SignInWish(method: .browser)), authority.beginSignIn(SignInWish(method: .browser)),
        ]
        let requests = offers.compactMap { if case .browser(let request) = $0.stage { request } else { nil } }
        let (first, second) = (try #require(requests.first), try #require(requests.last))
        let url = first.authorizationURL.reveal()
        #expect(url.hasPrefix("\(fixture.issuer)/authorization?response_type=code&client_id=kiosk&"))
        #expect(url.contains("redirect_uri=http%3A%2F%2Flocalhost%2Fsigned-in&"))
        #expect(url.contains("state=\(first.state.reveal())&nonce=\(first.nonce.reveal())&"))
        let challenge = Base64URL.encode(SHA256.hash(data: Array(first.verifier.reveal().utf8)))
        #expect(url.contains("code_challenge=\(challenge)&code_challenge_method=S256"))
        #expect(!url.contains(first.verifier.reveal()) && first.issuer == fixture.issuer)
        // 256 bits each, and never the same.
        let all = [first, second].flatMap { [$0.state, $0.nonce, $0.verifier] }
        #expect(Set(all).count == 6 && all.allSatisfy { $0.byteCount == 43 })
        _ = await failure { () async throws(AuthorityFailure) in try await authority.redeem(Secret("c"), of: first) }
        let form = try #require(fixture.forms(to: "token").first)
        #expect(form["code"] == "c" && form["code_verifier"] == first.verifier.reveal())
        #expect(
            form["grant_type"] == "authorization_code" && form["redirect_uri"] == "http%3A%2F%2Flocalhost%2Fsigned-in")
    }

    @Test func withoutAWayInThereIsNone() async throws {
        let fixture = try OpenIDFixture([
            "openid-configuration": (200, "{}")
        ])
        let authority = try fixture.authority { $0.tokenEndpoint = nil }
        let failure = await failure { () async throws(AuthorityFailure) in
            try await authority.beginSignIn(SignInWish())
        }
        // It does not even name itself.
        #expect(failure?.meaning == .misconfigured)
        let plain = try OpenIDFixture().authority { $0.redirectURIs = [] }
        let browser = await self.failure { () async throws(AuthorityFailure) in
            try await plain.beginSignIn(SignInWish(method: .browser))
        }
        #expect(browser?.meaning == .unsupported && browser?.hint?.contains("RedirectURI=") == true)
    }

    @Test func aRefreshNeverNamesAScope() async throws {
        let fixture = try OpenIDFixture(["token": Self.token])
        let issued = try await fixture.authority().refresh(OpenIDFixture.token())
        #expect(issued.renewal.grant?.refreshToken == Secret("r"))
        let form = try #require(fixture.forms(to: "token").first)
        #expect(form == ["grant_type": "refresh_token", "refresh_token": "old-grant", "client_id": "kiosk"])
    }

    @Test func theClientShowsWhoItIsAsItIsConfigured() async throws {
        let fixture = try OpenIDFixture(["token": Self.token])
        _ = try await fixture.authority(.basic(Secret("s:e/c"))).refresh(OpenIDFixture.token())
        let basic = try #require(fixture.forms(to: "token").last)
        #expect(basic["client_id"] == nil && basic["client_secret"] == nil)
        // kiosk:s%3Ae%2Fc
        #expect(fixture.header("authorization", to: "token") == "Basic a2lvc2s6cyUzQWUlMkZj")
        _ = try await fixture.authority(.post(Secret("s:e/c"))).refresh(OpenIDFixture.token())
        let post = try #require(fixture.forms(to: "token").last)
        #expect(post["client_id"] == "kiosk" && post["client_secret"] == "s%3Ae%2Fc")
        #expect(fixture.header("authorization", to: "token") == nil)
    }

    @Test func theDevicesOwnTokenIsAskedForWithoutWhatNeedsAPerson() async throws {
        let fixture = try OpenIDFixture(["token": Self.token])
        let authority = try fixture.authority(.basic(Secret("s"))) { section in
            (section.anonymousToken, section.scope) = (.clientCredentials, "openid offline_access api")
        }
        let issued = try await authority.logInAnonymously(uuid: AuthorityFixture.uuid)
        #expect(issued.origin == .anonymous && issued.renewal == .none)
        #expect(fixture.forms(to: "token") == [["grant_type": "client_credentials", "scope": "api"]])
        let none = try fixture.authority()
        let refused = await failure { () async throws(AuthorityFailure) in
            try await none.logInAnonymously(uuid: AuthorityFixture.uuid)
        }
        #expect(refused?.meaning == .unsupported && fixture.forms(to: "token").count == 1)
    }

    @Test func aGrantIsTakenBackAndWhereThatIsRefusedItIsSaid() async throws {
        let entry = OutboxEntry(
            id: 1, token: OpenIDFixture.token(), fromAllDevices: false, binding: Binding(kind: "openid"))
        let fixture = try OpenIDFixture(["revocation": (200, "")])
        #expect(try await fixture.authority().signOut(entry) == OpenIDFixture.now.wall)
        #expect(
            fixture.forms(to: "revocation") == [
                ["token": "old-grant", "token_type_hint": "refresh_token", "client_id": "kiosk"]
            ])
        for (status, body, meaning) in [
            (401, "", AuthorityFailure.Meaning.unsupported), (403, "", .unsupported),
            (400, #"{"error":"unauthorized_client"}"#, .unsupported), (503, "", .unavailable),
        ] {
            let authority = try OpenIDFixture(["revocation": (status, body)]).authority()
            let failure = await failure { () async throws(AuthorityFailure) in try await authority.signOut(entry) }
            #expect(failure?.meaning == meaning, "\(status)")
        }
    }

    @Test func passwordsGoToTheProviderAlone() async throws {
        let fixture = try OpenIDFixture()
        let authority = try fixture.authority()
        let attempts: [AuthenticationAttempt.Credentials] = [
            .passwordOf("a@b"), .provider(Authenticate(provider: .google, providerToken: Secret("t"))),
            .simple(SimpleAuthenticate(account: .email("a@b"), authID: "a")),
        ]
        for credentials in attempts {
            let attempt = AuthenticationAttempt(id: 1, credentials: credentials, uuid: AuthorityFixture.uuid)
            let failure = await failure { () async throws(AuthorityFailure) in try await authority.authenticate(attempt)
            }
            #expect(failure?.meaning == .unsupported && failure?.hint?.contains("session.beginSignIn") == true)
        }
        #expect(fixture.server.requests.isEmpty)
        #expect(!authority.traits.deletesAccounts && !authority.traits.keyIsReplaceable)
    }

    @Test func aTokenFromElsewhereIsWhoseTheProviderSaysItIs() async throws {
        let fixture = try OpenIDFixture(["userinfo": (200, #"{"sub":"s","email":"a@b"}"#)])
        let request = AuthenticateWithToken(
            token: Secret("elsewhere"),
            expiresAt: Timestamp(secondsSince1970: OpenIDFixture.now.wall.secondsSince1970 + 60),
            origin: .oauth, uuid: AuthorityFixture.uuid, clientID: "liar", customID: "liar")
        let attempt = AuthenticationAttempt(id: 1, credentials: .token(request), uuid: AuthorityFixture.uuid)
        guard case .token(let issued) = try await fixture.authority().authenticate(attempt) else { return }
        #expect(issued.identity?.subject == "s" && issued.identity?.login == "a@b" && issued.clientID == "s")
        #expect(issued.customID == nil && issued.renewal == .none)
        #expect(fixture.header("authorization", to: "userinfo") == "Bearer elsewhere")
    }

    @Test func aProfileIsTheCustomersOrNobodys() async throws {
        let own = try OpenIDFixture(["userinfo": (200, #"{"sub":"sub-of-anna","name":"Anna"}"#)])
        #expect(try await own.authority().profile(OpenIDFixture.token())["name"]?.string == "Anna")
        for body in [#"{"sub":"eve"}"#, "{}"] {
            let authority = try OpenIDFixture(["userinfo": (200, body)]).authority()
            let failure = await failure { () async throws(AuthorityFailure) in
                try await authority.profile(OpenIDFixture.token())
            }
            #expect(failure?.meaning == .unavailable)
        }
    }
}
