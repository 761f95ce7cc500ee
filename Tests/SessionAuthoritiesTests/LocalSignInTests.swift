// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionMachine
import SessionProtocol
import Testing

@Suite(.timeLimit(.minutes(10))) struct LocalSignInTests {
    private let fixture: AuthorityFixture
    private let hash = AuthorityFixture.quickHash

    init() throws { fixture = try AuthorityFixture() }

    @Test(arguments: AuthorityFixture.hashes)
    func signsInWithTheRightPassword(hash: String) async throws {
        let authority = try fixture.authority(accounts: "# shop\n\nalice@example.com:\(hash)\n")
        let issued = try await authority.signIn(.email(" Alice@Example.com "), password: AuthorityFixture.password)
        #expect(issued.origin == .synerise)
        #expect(issued.customID == nil)
        let claims = try issued.claims()
        #expect(claims["origin"] as? String == "SYNERISE")
        #expect(claims["sub"] as? String == AuthorityFixture.uuid.description)
        #expect(claims["customID"] == nil)
    }

    @Test func aCustomIDIsInTheToken() async throws {
        let authority = try fixture.authority(accounts: "shop:4711:\(hash)")
        let issued = try await authority.signIn(.customID("shop:4711"), password: AuthorityFixture.password)
        #expect(issued.customID == "shop:4711")
        #expect(try issued.claims()["customID"] as? String == "shop:4711")
    }

    @Test func theTokenDoesNotShowTheLogin() async throws {
        let authority = try fixture.authority(accounts: "alice@example.com:\(hash)")
        let issued = try await authority.signIn(.email("alice@example.com"), password: AuthorityFixture.password)
        let payload = try #require(issued.part(1).flatMap { String(data: $0, encoding: .utf8) })
        #expect(!payload.contains("alice"))
    }

    @Test(arguments: [
        ("alice", "hello world!"), ("alice", "Hello world"), ("bob", "Hello world!"), ("locked", "Hello world!"),
        ("starred", "Hello world!"), ("ALICE", "Hello world!"),
    ])
    func saysTheSameToAWrongLoginAndAWrongPassword(login: String, password: String) async throws {
        let authority = try fixture.authority(accounts: "alice:\(hash)\nlocked:!\(hash)\nstarred:*")
        let failure = await #expect(throws: AuthorityFailure.self) {
            try await authority.signIn(.customID(login), password: password)
        }
        #expect(failure == AuthorityFailure(.rejected, "wrong login or password"))
    }

    @Test func aHashThatCannotBeComparedIsNoWrongPassword() async throws {
        let authority = try fixture.authority(accounts: "alice:$6$rounds=1$saltsalt$")
        let failure = await #expect(throws: AuthorityFailure.self) {
            try await authority.signIn(.customID("alice"), password: "x")
        }
        #expect(failure?.meaning == .unavailable)
        #expect(failure?.hint?.contains(fixture.accountsPath) == true)
    }

    @Test func tellsHowManyLinesWereSkippedAndNotWhatIsOnThem() async throws {
        let authority = try fixture.authority(accounts: "alice:\(hash)\nsecretive\n\nbob:$nosuch$secretive\n")
        let failure = await #expect(throws: AuthorityFailure.self) {
            try await authority.signIn(.customID("bob"), password: "x")
        }
        let hint = try #require(failure?.hint)
        #expect(failure?.meaning == .rejected)
        #expect(hint.contains("2 line(s)") && hint.contains("2, 4") && hint.contains(fixture.accountsPath))
        #expect(!hint.contains("secretive") && !hint.contains("bob"))
    }

    @Test func isUnsupportedWithoutAccounts() async throws {
        let failure = await #expect(throws: AuthorityFailure.self) {
            try await fixture.authorityWithoutAccounts().signIn(.customID("a"), password: "x")
        }
        #expect(failure?.meaning == .unsupported)
        #expect(failure?.hint?.contains("[Local] AccountsFile=") == true)
    }

    @Test func isUnavailableWhereTheAccountsCannotBeRead() async throws {
        let failure = await #expect(throws: AuthorityFailure.self) {
            try await fixture.authority().signIn(.customID("a"), password: "x")
        }
        #expect(failure?.meaning == .unavailable)
        #expect(failure?.message.contains(fixture.accountsPath) == true)
        #expect(failure?.message.contains("No such file or directory") == true)
    }

    @Test func aFIFOInPlaceOfTheAccountsStopsNobody() async throws {
        #expect(mkfifo(fixture.accountsPath, 0o600) == 0)
        let failure = await #expect(throws: AuthorityFailure.self) {
            try await fixture.authority().signIn(.customID("a"), password: "x")
        }
        #expect(failure?.message.contains("not a regular file") == true)
    }

    @Test(arguments: Authenticate.Provider.allCases)
    func knowsNoIdentityProviders(provider: Authenticate.Provider) async throws {
        let failure = await #expect(throws: AuthorityFailure.self) {
            try await fixture.authority().issued(
                .provider(Authenticate(provider: provider, providerToken: Secret("t"))))
        }
        #expect(failure?.meaning == .unsupported)
    }

    @Test func recognisesBySimpleAuthenticationWithoutAsking() async throws {
        let request = SimpleAuthenticate(account: .customID("4711"), authID: "a")
        let issued = try await fixture.authorityWithoutAccounts().issued(.simple(request))
        #expect(issued.origin == .simpleAuth)
        let claims = try issued.claims()
        #expect(claims["origin"] as? String == "SIMPLE_AUTH")
        #expect(claims["sub"] as? String == AuthorityFixture.uuid.description)
        #expect(claims["customID"] == nil, "nothing has proven it")
    }
}
