// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionAuthorities
import SessionMachine
import SessionProtocol
import Testing

@Suite(.timeLimit(.minutes(10))) struct LocalRefreshTests {
    private let fixture: AuthorityFixture
    private let hash = AuthorityFixture.quickHash

    init() throws { fixture = try AuthorityFixture() }

    @Test(arguments: [0, 1800, 3600, 10_000_000])
    func renewsItsOwnTokenAlsoWhenItHasRunOut(after seconds: Int64) async throws {
        let issued = try await fixture.authority().logInAnonymously(uuid: AuthorityFixture.uuid)
        let renewed = try await fixture.authority(after: seconds).refresh(issued.held())
        #expect(renewed.origin == .anonymous)
        #expect(renewed.secret != issued.secret)
        #expect(renewed.expiresAt.secondsSince1970 == AuthorityFixture.now + seconds + 3600)
        #expect(try renewed.claims()["sub"] as? String == AuthorityFixture.uuid.description)
    }

    @Test func keepsOriginAndCustomID() async throws {
        let authority = try fixture.authority(accounts: "4711:\(hash)")
        let issued = try await authority.signIn(.customID("4711"), password: AuthorityFixture.password)
        let twice = try await authority.refresh(try await authority.refresh(issued.held()).held())
        #expect(twice.origin == .synerise)
        #expect(twice.customID == "4711")
        #expect(try twice.claims()["customID"] as? String == "4711")
    }

    @Test func rejectsATokenThatAnotherKeySigned() async throws {
        let other = LocalAuthority(signingKey: nil, tokenLifetime: .seconds(60), accountsFile: nil)
        let foreign = try await other.logInAnonymously(uuid: AuthorityFixture.uuid)
        try await expectRejection("another key") { try await fixture.authority().refresh(foreign.held()) }
    }

    @Test func rejectsAnotherCustomersToken() async throws {
        let issued = try await fixture.authority().logInAnonymously(uuid: AuthorityFixture.uuid)
        try await expectRejection("sub") {
            try await fixture.authority().refresh(issued.held(by: AuthorityFixture.otherUUID))
        }
    }

    @Test(arguments: ["", "a.b", "a.b.c", "..", "a.b.c.d"])
    func rejectsWhatIsNoTokenOfItsOwn(text: String) async throws {
        let issued = IssuedToken(
            secret: Secret(text), origin: .anonymous, expiresAt: Timestamp(secondsSince1970: 0), lifetime: .zero)
        try await expectRejection("rejected") { try await fixture.authority().refresh(issued.held()) }
    }

    @Test func rejectsATokenWithChangedClaims() async throws {
        let authority = try fixture.authority()
        let issued = try await authority.logInAnonymously(uuid: AuthorityFixture.uuid)
        let other = try await authority.logInAnonymously(uuid: AuthorityFixture.otherUUID)
        var parts = issued.secret.reveal().split(separator: ".")
        parts[1] = other.secret.reveal().split(separator: ".")[1]
        var forged = issued
        forged.secret = Secret(parts.joined(separator: "."))
        let token = forged.held(by: AuthorityFixture.otherUUID)
        try await expectRejection("signature") { try await authority.refresh(token) }
    }

    @Test(arguments: [AccountName.email("alice@example.com"), .customID("4711")])
    func rejectsWhereTheAccountIsGone(account: AccountName) async throws {
        let authority = try fixture.authority(accounts: "alice@example.com:\(hash)\n4711:\(hash)")
        let issued = try await authority.signIn(account, password: AuthorityFixture.password)
        #expect(try await authority.refresh(issued.held()).origin == .synerise)
        try fixture.write(accounts: "bob@example.com:\(hash)\n")
        try await expectRejection("no longer") { try await authority.refresh(issued.held()) }
    }

    // Many an editor empties a file and then writes it; a clock that was set back makes the change a later one.
    @Test(arguments: ["", "bob@example.com:"], [0, -3600])
    func knowsNothingWhileTheAccountsAreBeingWritten(begun: String, age: TimeInterval) async throws {
        let authority = try fixture.authority(accounts: "4711:\(hash)")
        let issued = try await authority.signIn(.customID("4711"), password: AuthorityFixture.password)
        let accounts = begun.isEmpty ? "" : begun + hash
        try fixture.write(accounts: accounts, age: age)
        guard age == 0 else {
            return try await expectRejection("no longer") { try await authority.refresh(issued.held()) }
        }
        let failure = await #expect(throws: AuthorityFailure.self) { try await authority.refresh(issued.held()) }
        #expect(failure?.meaning == .unavailable)
        #expect(failure?.message == "the account is not in \(fixture.accountsPath), which is being changed")
    }

    @Test func aChangedOrLockedPasswordEndsNoSession() async throws {
        let authority = try fixture.authority(accounts: "4711:\(hash)")
        let issued = try await authority.signIn(.customID("4711"), password: AuthorityFixture.password)
        try fixture.write(accounts: "4711:!\(hash)")
        #expect(try await authority.refresh(issued.held()).customID == "4711")
    }

    @Test(arguments: ["missing", "directory", "too long", "malformed line"])
    func knowsNothingWhereTheAccountsCannotBeRead(fault: String) async throws {
        let authority = try fixture.authority(accounts: "4711:\(hash)")
        let issued = try await authority.signIn(.customID("4711"), password: AuthorityFixture.password)
        try FileManager.default.removeItem(atPath: fixture.accountsPath)
        switch fault {
        case "directory":
            try FileManager.default.createDirectory(atPath: fixture.accountsPath, withIntermediateDirectories: false)
        case "too long": try fixture.write(accounts: String(repeating: "#\n", count: 600_000))
        case "malformed line": try fixture.write(accounts: "4711;\(hash)")
        default: break
        }
        let failure = await #expect(throws: AuthorityFailure.self) { try await authority.refresh(issued.held()) }
        #expect(failure?.meaning == .unavailable)
        #expect(failure?.message.contains(fixture.accountsPath) == true)
    }

    @Test func knowsNothingWhereNoAccountsAreConfiguredAnyLonger() async throws {
        let authority = try fixture.authority(accounts: "4711:\(hash)")
        let issued = try await authority.signIn(.customID("4711"), password: AuthorityFixture.password)
        let failure = await #expect(throws: AuthorityFailure.self) {
            try await fixture.authorityWithoutAccounts().refresh(issued.held())
        }
        #expect(failure?.meaning == .unavailable)
        #expect(failure?.hint?.contains("[Local] AccountsFile=") == true)
    }

    private func expectRejection(
        _ reason: String, of refresh: () async throws -> IssuedToken, at location: SourceLocation = #_sourceLocation
    ) async throws {
        let failure = await #expect(throws: AuthorityFailure.self, sourceLocation: location) { try await refresh() }
        #expect(failure?.meaning == .rejected, sourceLocation: location)
        #expect(failure?.message.contains(reason) == true, sourceLocation: location)
    }
}
