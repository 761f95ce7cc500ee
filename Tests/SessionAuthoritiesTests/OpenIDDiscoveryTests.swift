// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionMachine
import SessionProtocol
import Testing

@testable import HTTPSClient
@testable import SessionAuthorities
@testable import TestSupport

/// Where a provider's calls are (docs/authorities.md, V1 to V5).
@Suite(.timeLimit(.minutes(10))) struct OpenIDDiscoveryTests {
    private static let issuer = "https://p.example/realms/shop"

    private static func metadata(_ members: String, issuer: String = issuer) throws -> OpenIDMetadata {
        let json = try JSONValue(parsing: Array("{\(members)}".utf8))
        return OpenIDMetadata(json, from: try #require(HTTPAddress(issuer)))
    }

    @Test func theFirstDocumentWinsAndTheConfigurationOverBoth() throws {
        let first = try Self.metadata(#""token_endpoint":"https://p.example/first""#)
        let second = try Self.metadata(
            #""token_endpoint":"https://p.example/second","device_authorization_endpoint":"https://d.example/device""#)
        let merged = first.filled(from: second)
        #expect(merged.token?.description == "https://p.example/first")
        #expect(merged.deviceAuthorization?.description == "https://d.example/device")
        var section = Settings.OpenID()
        section.tokenEndpoint = HTTPAddress("https://p.example/configured")
        #expect(merged.overridden(by: section).token?.description == "https://p.example/configured")
        #expect(merged.overridden(by: section).deviceAuthorization == merged.deviceAuthorization)
    }

    @Test(arguments: [
        "http://p.example/token", "javascript:alert(1)", "/token", "ftp://p.example/", "https://p.example/#token",
        "https://",
        "https://user@p.example/token", "http://127.0.0.1/token",
    ])
    func whatNoTokenMayBeSentToIsPassedOver(address: String) throws {
        #expect(try Self.metadata(#""token_endpoint":"\#(address)""#).token == nil)
    }

    @Test func onLoopbackNothingLeadsAnywhereElseInTheClear() throws {
        let issuer = "http://127.0.0.1:8080/realms/shop"
        let metadata = try Self.metadata(
            #""token_endpoint":"http://127.0.0.1:8081/t","userinfo_endpoint":"http://p.example/u""#, issuer: issuer)
        #expect(metadata.token?.description == "http://127.0.0.1:8081/t" && metadata.userinfo == nil)
    }

    @Test func isKeptAsItIsReadAgain() throws {
        let metadata = try Self.metadata(
            #"""
            "token_endpoint":"https://p.example/t?a=b","revocation_endpoint":"https://p.example/r",
            "authorization_response_iss_parameter_supported":true
            """#)
        let issuer = try #require(HTTPAddress(Self.issuer))
        #expect(OpenIDMetadata(metadata.json(issuer: issuer), from: issuer) == metadata)
        #expect(metadata.announcesIssuer && metadata.json(issuer: issuer)["issuer"]?.string == Self.issuer)
    }

    @Test func whatTheProviderSaysOfItselfIsKeptAndNotForAnother() async throws {
        let fixture = try OpenIDFixture()
        let authority = try fixture.authority()
        #expect(try await authority.prepare() == OpenIDFixture.now.wall)
        let kept = try #require(authority.metadata)
        let restarted = OpenIDAuthority(settings: try fixture.settings(), metadata: kept, clock: StoppedClock())
        #expect(restarted.metadata == kept)
        let other = try OpenIDFixture()
        let stranger = OpenIDAuthority(settings: try other.settings(), metadata: kept, clock: StoppedClock())
        #expect(stranger.metadata == nil)
    }

    @Test func isUsedWhileTheProviderIsAway() async throws {
        let fixture = try OpenIDFixture([
            "openid-configuration": (503, ""), "token": (200, #"{"access_token":"t"}"#),
        ])
        let issuer = try #require(HTTPAddress(fixture.issuer))
        var known = OpenIDMetadata()
        known.token = HTTPAddress("\(fixture.issuer)/token")
        let authority = OpenIDAuthority(
            settings: try fixture.settings(), metadata: known.json(issuer: issuer), clock: StoppedClock())
        #expect(try await authority.refresh(OpenIDFixture.token()).secret == Secret("t"))
        let ignorant = try fixture.authority()
        let failure = await Result { () async throws(AuthorityFailure) in
            try await ignorant.refresh(OpenIDFixture.token())
        }.failure
        #expect(failure?.meaning == .unavailable && failure?.subject == .metadata)
    }

    @Test func isReadAgainOnceACallIsNotWhereItSaid() async throws {
        let fixture = try OpenIDFixture(["token": (404, "")])
        let authority = try fixture.authority()
        func documents() -> Int { fixture.server.requests.count { $0.lines[0].contains("openid-configuration") } }
        for count in [1, 2] {
            _ = await Result { () async throws(AuthorityFailure) in try await authority.refresh(OpenIDFixture.token()) }
            #expect(documents() == count)
        }
        let steady = try OpenIDFixture(["token": (200, #"{"access_token":"t"}"#)])
        let other = try steady.authority()
        for _ in 0..<3 { _ = try await other.refresh(OpenIDFixture.token()) }
        #expect(steady.server.requests.count { $0.lines[0].contains("openid-configuration") } == 1)
    }

    @Test func anotherNameThanTheConfiguredOneIsNoProvider() async throws {
        let fixture = try OpenIDFixture(["openid-configuration": (200, #"{"issuer":"https://evil.example"}"#)])
        let authority = try fixture.authority()
        let failure = await Result { () async throws(AuthorityFailure) in try await authority.prepare() }.failure
        #expect(failure?.meaning == .misconfigured && failure?.hint?.contains("Issuer=") == true)
        #expect(failure?.message.contains("evil") == false)
    }

    @Test func whereThereIsNothingThereIsNoProvider() async throws {
        let fixture = try OpenIDFixture(["openid-configuration": (404, "")])
        let authority = try fixture.authority()
        let failure = await Result { () async throws(AuthorityFailure) in try await authority.prepare() }.failure
        #expect(failure?.meaning == .misconfigured && failure?.status == 404)
        let configured = try fixture.authority {
            $0.tokenEndpoint = HTTPAddress("\(fixture.issuer)/token")
            $0.authorizationEndpoint = HTTPAddress("\(fixture.issuer)/authorize")
        }
        #expect(try await configured.prepare() == OpenIDFixture.now.wall)
    }

    /// What a configuration needs: what is known, what it has, and the setting that is named where something is missing.
    private static let needs: [(known: [String], hasBrowser: Bool, hasOwnToken: Bool, missing: String?)] = [
        (["token", "device"], false, false, nil), (["token", "authorization"], true, false, nil),
        (["token", "device", "authorization"], true, true, nil), (["token"], false, true, nil),
        (["device", "authorization"], true, true, "TokenEndpoint="), ([], false, false, "TokenEndpoint="),
        (["token", "device"], true, false, "AuthorizationEndpoint="), (["token"], true, true, "AuthorizationEndpoint="),
        (["token", "authorization"], false, false, "DeviceAuthorizationEndpoint="),
    ]

    @Test(arguments: needs)
    func whatTheConfigurationNeedsIsThere(
        _ row: (known: [String], hasBrowser: Bool, hasOwnToken: Bool, missing: String?)
    ) throws {
        let address = HTTPAddress("https://login.example.com/there")
        var metadata = OpenIDMetadata()
        metadata.token = row.known.contains("token") ? address : nil
        metadata.deviceAuthorization = row.known.contains("device") ? address : nil
        metadata.authorization = row.known.contains("authorization") ? address : nil
        var section = Settings.OpenID()
        section.redirectURIs = row.hasBrowser ? [ListedURI("com.example.till:/")] : []
        section.anonymousToken = row.hasOwnToken ? .clientCredentials : .none
        let lack = metadata.lack(for: section)
        #expect(lack.map { $0.meaning == .misconfigured && $0.subject == .endpoints } ?? (row.missing == nil))
        #expect((lack?.hint).map { $0.contains(row.missing ?? "nothing") } ?? (row.missing == nil))
    }
}
