// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import SessionAuthorities
import SessionMachine
import SessionProtocol
import Testing

@Suite(.timeLimit(.minutes(10))) struct LocalTokenTests {
    private let fixture: AuthorityFixture

    init() throws { fixture = try AuthorityFixture() }

    @Test func itsTraitsAreThoseOfAnAuthorityThatIsAlwaysThere() throws {
        let traits = try fixture.authority().traits
        #expect(
            traits
                == AuthorityTraits(
                    binding: Binding(kind: "local"), renewsExpiredTokens: true, provesTime: false,
                    mayReplaceUnheard: false, isPaced: false, anonymousLoginsPerMinute: nil, signOuts: .needNotBeTold,
                    keyIsReplaceable: false, deletesAccounts: false, hasProfiles: false))
    }

    @Test func theTokenHasExactlyTheHeaderAndClaimsOfTheContract() async throws {
        let authority = try fixture.authority()
        let issued = try await authority.logInAnonymously(uuid: AuthorityFixture.uuid)
        let keyID = try #require(authority.publicKey?["kid"]?.string)
        #expect(issued.part(0) == Data(#"{"alg":"ES256","typ":"JWT","kid":"\#(keyID)"}"#.utf8))
        let claims = try issued.claims()
        #expect(Set(claims.keys) == ["iss", "sub", "iat", "exp", "jti", "origin"])
        #expect(claims["iss"] as? String == "sessiond")
        #expect(claims["sub"] as? String == AuthorityFixture.uuid.description)
        #expect(claims["iat"] as? Int64 == AuthorityFixture.now)
        #expect(claims["exp"] as? Int64 == AuthorityFixture.now + 3600)
        #expect(claims["origin"] as? String == "ANONYMOUS")
    }

    @Test func whatIsKnownBesideTheTokenAgreesWithIt() async throws {
        let issued = try await fixture.authority().logInAnonymously(uuid: AuthorityFixture.uuid)
        #expect(issued.origin == .anonymous)
        #expect(issued.createdAt == Timestamp(secondsSince1970: AuthorityFixture.now))
        #expect(issued.expiresAt == Timestamp(secondsSince1970: AuthorityFixture.now + 3600))
        #expect(issued.lifetime == .seconds(3600))
        #expect(issued.customID == nil)
    }

    @Test func noTwoTokensHaveTheSameID() async throws {
        let authority = try fixture.authority()
        var ids: Set<String> = []
        for _ in 0..<50 {
            let claims = try await authority.logInAnonymously(uuid: AuthorityFixture.uuid).claims()
            ids.insert(try #require(claims["jti"] as? String))
        }
        #expect(ids.count == 50)
        #expect(ids.allSatisfy { Data(base64URL: $0)?.count == 16 })
    }

    @Test func theSignatureVerifiesWithThePublishedKey() async throws {
        let authority = try fixture.authority()
        let issued = try await authority.logInAnonymously(uuid: AuthorityFixture.uuid)
        let x = try #require(authority.publicKey?["x"]?.string.flatMap { Data(base64URL: $0) })
        let y = try #require(authority.publicKey?["y"]?.string.flatMap { Data(base64URL: $0) })
        let key = try P256.Signing.PublicKey(rawRepresentation: x + y)
        let parts = issued.secret.reveal().split(separator: ".")
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: try #require(issued.part(2)))
        #expect(key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)))
        #expect(!key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])A".utf8)))
    }

    @Test func theKeyHasTheMembersOfRFC7517AndTheThumbprintOfRFC7638() throws {
        let key = try #require(fixture.authority().publicKey)
        #expect(key.members?.map(\.name) == ["kty", "crv", "x", "y", "alg", "use", "kid"])
        #expect(key["kty"]?.string == "EC")
        #expect(key["crv"]?.string == "P-256")
        #expect(key["alg"]?.string == "ES256")
        #expect(key["use"]?.string == "sig")
        let (x, y) = (try #require(key["x"]?.string), try #require(key["y"]?.string))
        let hashed = SHA256.hash(data: Data(#"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#.utf8))
        #expect(key["kid"]?.string.flatMap { Data(base64URL: $0) } == Data(hashed))
    }

    @Test func theStoredKeyMakesTheSameAuthorityAgain() throws {
        let first = LocalAuthority(signingKey: nil, tokenLifetime: .seconds(60), accountsFile: nil)
        let again = LocalAuthority(signingKey: first.signingKey, tokenLifetime: .seconds(60), accountsFile: nil)
        #expect(again.signingKey == first.signingKey)
        #expect(again.publicKey == first.publicKey)
        #expect(first.signingKey.flatMap { Data(base64URL: $0.reveal()) }?.count == 32)
    }

    @Test(arguments: ["", "AAAA", "not base64!", String(repeating: "A", count: 43), String(repeating: "_", count: 43)])
    func aStoredKeyThatIsNoneIsReplaced(text: String) {
        let authority = LocalAuthority(signingKey: Secret(text), tokenLifetime: .seconds(60), accountsFile: nil)
        #expect(authority.signingKey != Secret(text))
        #expect(authority.signingKey.flatMap { Data(base64URL: $0.reveal()) }?.count == 32)
    }
}
