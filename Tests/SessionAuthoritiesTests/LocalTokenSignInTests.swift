// SPDX-License-Identifier: Apache-2.0

import SessionAuthorities
import SessionMachine
import SessionProtocol
import Testing

@Suite(.timeLimit(.minutes(10))) struct LocalTokenSignInTests {
    private let fixture: AuthorityFixture

    init() throws { fixture = try AuthorityFixture() }

    @Test func acceptsItsOwnTokenForTheTimeItHasLeft() async throws {
        let request = try await request()
        let issued = try await fixture.authority(after: 600).issued(.token(request))
        #expect(issued.secret == request.token)
        #expect(issued.origin == .synerise)
        #expect(issued.customID == "4711")
        #expect(issued.expiresAt == request.expiresAt)
        #expect(issued.lifetime == .seconds(3000))
    }

    @Test(arguments: ["uuid", "origin", "expiresAt", "customID"])
    func namesTheParameterThatDoesNotFit(member: String) async throws {
        var request = try await request()
        switch member {
        case "uuid": request.uuid = AuthorityFixture.otherUUID
        case "origin": request.origin = .oauth
        case "expiresAt": request.expiresAt = Timestamp(secondsSince1970: request.expiresAt.secondsSince1970 + 1)
        default: request.customID = "4712"
        }
        try await expectRejection(of: request, "\"\(member)\"")
    }

    @Test(arguments: [3600, 3601, 1_000_000])
    func refusesOneThatHasExpired(after seconds: Int64) async throws {
        let request = try await request()
        try await expectRejection(of: request, "expired", after: seconds)
    }

    @Test func refusesOneOfAnotherDevice() async throws {
        var request = try await request()
        let other = LocalAuthority(signingKey: nil, tokenLifetime: .seconds(60), accountsFile: nil)
        request.token = try await other.logInAnonymously(uuid: AuthorityFixture.uuid).secret
        try await expectRejection(of: request, "another key")
    }

    @Test func refusesOneWithTheSignatureOfAnother() async throws {
        var request = try await request()
        let other = try await self.request()
        let parts =
            request.token.reveal().split(separator: ".").dropLast() + [other.token.reveal().split(separator: ".")[2]]
        request.token = Secret(parts.joined(separator: "."))
        try await expectRejection(of: request, "signature")
    }

    private func request() async throws -> AuthenticateWithToken {
        let authority = try fixture.authority(accounts: "4711:\(AuthorityFixture.quickHash)")
        let issued = try await authority.signIn(.customID("4711"), password: AuthorityFixture.password)
        return AuthenticateWithToken(
            token: issued.secret, expiresAt: issued.expiresAt, origin: .synerise, uuid: AuthorityFixture.uuid,
            customID: "4711")
    }

    private func expectRejection(
        of request: AuthenticateWithToken, _ reason: String, after seconds: Int64 = 0,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let authority = try fixture.authority(after: seconds)
        let failure = await #expect(throws: AuthorityFailure.self, sourceLocation: location) {
            try await authority.issued(.token(request))
        }
        #expect(failure?.meaning == .rejected, sourceLocation: location)
        #expect(failure?.message.contains(reason) == true, sourceLocation: location)
        #expect(failure?.message.contains(request.token.reveal()) == false, sourceLocation: location)
    }
}
