// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionMachine
import SessionProtocol
import Testing

@testable import HTTPSClient
@testable import SessionAuthorities
@testable import TestSupport

/// Tokens and whom they are for (docs/authorities.md, V13 to V16).
@Suite(.timeLimit(.minutes(10))) struct OpenIDTokenTests {
    private let fixture: OpenIDFixture
    private let settings: OpenIDSettings
    private let reader: OpenIDToken

    init() throws {
        fixture = try OpenIDFixture()
        settings = try fixture.settings()
        reader = OpenIDToken(settings: settings, now: OpenIDFixture.now)
    }

    private func grant(
        _ members: String, nonce: Secret? = nil, at serverTime: Timestamp? = OpenIDFixture.now.wall
    ) -> Result<IssuedToken, AuthorityFailure> {
        let response = OpenIDFixture.response("{\(members)}", date: serverTime)
        return Result { () throws(AuthorityFailure) in
            let json = try OpenIDAnswer.members(of: response, to: .redeem)
            return try reader.grant(json, response, nonce: nonce)
        }
    }

    private func refreshed(_ members: String) throws -> IssuedToken {
        let response = OpenIDFixture.response("{\(members)}")
        let json = try OpenIDAnswer.members(of: response, to: .refresh)
        return try reader.refreshed(json, response, replacing: OpenIDFixture.token().issued)
    }

    private func idToken(_ claims: String) -> String { #""id_token":"\#(OpenIDFixture.idToken("{\(claims)}"))""# }

    private var good: String {
        #""iss":"\#(settings.issuer)","aud":"kiosk","sub":"s","exp":\#(OpenIDFixture.now.wall.secondsSince1970)"#
    }

    @Test func livesAsLongAsIsSaidAndAnHourElse() throws {
        for (members, seconds) in [
            (#""expires_in":300"#, 300), (#""expires_in":"60""#, 60), (#""expires_in":0"#, 3600), (#""a":1"#, 3600),
        ] as [(String, Int64)] {
            let token = try grant(#""access_token":"t",\#(members)"#).get()
            #expect(token.lifetime == .seconds(seconds) && token.origin == .oauth)
            #expect(token.expiresAt.secondsSince1970 == OpenIDFixture.now.wall.secondsSince1970 + seconds)
        }
    }

    @Test func aGrantIsTheRefreshTokenAndItsEnd() throws {
        let end = Timestamp(secondsSince1970: OpenIDFixture.now.wall.secondsSince1970 + 1800)
        for (members, grant) in [
            (
                #""refresh_token":"r","refresh_expires_in":1800"#,
                Renewal.byGrant(Grant(refreshToken: Secret("r"), endsAt: end))
            ),
            (
                #""refresh_token":"r","refresh_token_expires_in":"1800""#,
                .byGrant(Grant(refreshToken: Secret("r"), endsAt: end))
            ),
            (#""refresh_token":"r","refresh_expires_in":0"#, .byGrant(Grant(refreshToken: Secret("r")))),
            (#""refresh_token":"r""#, .byGrant(Grant(refreshToken: Secret("r")))), (#""refresh_token":"""#, .none),
            (#""a":1"#, .none),
        ] {
            #expect(try self.grant(#""access_token":"t",\#(members)"#).get().renewal == grant, "\(members)")
        }
    }

    @Test(arguments: [
        #""a":1"#, #""access_token":5"#, #""access_token":"""#, #""access_token":"t","token_type":"DPoP""#,
        #""access_token":"\#(String(repeating: "t", count: 32_769))""#, #""access_token":"a b""#,
        #""access_token":"t","expires_in":999999999999"#,
    ])
    func whatCannotBeUsedFailsASignIn(members: String) {
        #expect(grant(members).failure?.meaning == .rejected, "\(members.prefix(60))")
    }

    @Test func anIDTokenSaysWhoTheyAre() throws {
        let claims = good + #","preferred_username":"anna","email":"a@b""#
        let token = try grant(#""access_token":"t",\#(idToken(claims))"#).get()
        #expect(token.identity == CustomerIdentity(subject: "s", login: "anna"))
        let mail = try grant(#""access_token":"t",\#(idToken(good + #","email":"a@b""#))"#).get()
        #expect(mail.identity?.login == "a@b")
        let odd = try grant(#""access_token":"t",\#(idToken(good + #","preferred_username":"a\u0007""#))"#).get()
        #expect(odd.identity == CustomerIdentity(subject: "s"))
        #expect(try grant(#""access_token":"t""#).get().identity == nil)
    }

    @Test func theClaimsAreThoseThatAreConfigured() throws {
        let settings = try fixture.settings { section in
            (section.loginClaim, section.customIDClaim) = ("nickname", "number")
        }
        let claims = IDToken(OpenIDFixture.idToken("{\(good),\"nickname\":\"an\",\"number\":4711}"))
        #expect(claims.customer(settings) == CustomerIdentity(subject: "s", login: "an", customID: "4711"))
    }

    @Test func anIDTokenThatProvesNothingFailsASignIn() {
        let issuer = settings.issuer.description
        let expired = OpenIDFixture.now.wall.secondsSince1970 - 301
        for claims in [
            #""iss":"https://evil.example","aud":"kiosk","sub":"s""#, #""aud":"kiosk","sub":"s""#,
            #""iss":"\#(issuer)","aud":"other","sub":"s""#, #""iss":"\#(issuer)","sub":"s""#,
            #""iss":"\#(issuer)","aud":["kiosk","other"],"sub":"s""#,
            #""iss":"\#(issuer)","aud":["kiosk","other"],"azp":"other","sub":"s""#,
            #""iss":"\#(issuer)","aud":"kiosk""#, #""iss":"\#(issuer)","aud":"kiosk","sub":"""#,
            #""iss":"\#(issuer)","aud":"kiosk","sub":"s","exp":\#(expired)"#,
        ] {
            #expect(grant(#""access_token":"t",\#(idToken(claims))"#).failure?.meaning == .rejected, "\(claims)")
        }
        #expect(grant(#""access_token":"t","id_token":"not.a-token""#).failure?.meaning == .rejected)
        let several = #""iss":"\#(issuer)","aud":["kiosk","other"],"azp":"kiosk","sub":"s""#
        #expect(grant(#""access_token":"t",\#(idToken(several))"#).failure == nil)
    }

    @Test func aDateThatCannotBeSaysNothingOfWhetherAnIDTokenHasExpired() {
        let members = #""access_token":"t",\#(idToken(good))"#
        for seconds in [4_102_444_800, 9_000_000_000] as [Int64] {
            #expect(grant(members, at: Timestamp(secondsSince1970: seconds)).failure == nil)
        }
        #expect(grant(members, at: nil).failure == nil)
        let late = Timestamp(secondsSince1970: OpenIDFixture.now.wall.secondsSince1970 + 301)
        #expect(grant(members, at: late).failure?.meaning == .rejected)
    }

    @Test func aBrowsersIDTokenIsThereAndNamesTheRequest() {
        let nonce = Secret("n")
        #expect(grant(#""access_token":"t""#, nonce: nonce).failure?.meaning == .rejected)
        #expect(grant(#""access_token":"t",\#(idToken(good))"#, nonce: nonce).failure?.meaning == .rejected)
        let other = idToken(good + #","nonce":"m""#)
        #expect(grant(#""access_token":"t",\#(other)"#, nonce: nonce).failure?.meaning == .rejected)
        #expect(grant(#""access_token":"t",\#(idToken(good + #","nonce":"n""#))"#, nonce: nonce).failure == nil)
    }

    @Test func aRefreshKeepsWhatItDoesNotSay() throws {
        let same = try refreshed(#""access_token":"t""#)
        #expect(same.renewal.grant?.refreshToken == Secret("old-grant") && same.clientID == "sub-of-anna")
        #expect(same.customID == "c" && !same.isOfAnotherAccount)
        let rotated = try refreshed(#""access_token":"t","refresh_token":"new""#)
        #expect(rotated.renewal.grant?.refreshToken == Secret("new"))
    }

    @Test func aRefreshForSomebodyElseIsNoticed() throws {
        for (claims, isAnother) in [
            (#""iss":"\#(settings.issuer)","sub":"sub-of-anna""#, false), (#""sub":"sub-of-anna""#, false),
            (#""iss":"\#(settings.issuer)","sub":"eve""#, true),
            (#""iss":"https://evil.example","sub":"sub-of-anna""#, true),
            (#""aud":"other","exp":1"#, false),
        ] {
            let token = try refreshed(#""access_token":"t",\#(idToken(claims))"#)
            #expect(token.isOfAnotherAccount == isAnother, "\(claims)")
        }
        #expect(try refreshed(#""access_token":"t","id_token":"gibberish""#).isOfAnotherAccount == false)
    }

    @Test func whereTheIDTokenSaysTooLittleUserinfoIsAsked() async throws {
        var issued = try grant(#""access_token":"t",\#(idToken(good))"#).get()
        for (answer, identity) in [
            ((200, #"{"sub":"s","preferred_username":"anna"}"#), CustomerIdentity(subject: "s", login: "anna")),
            ((200, #"{"sub":"eve","preferred_username":"eve"}"#), CustomerIdentity(subject: "s")),
            ((503, "{}"), CustomerIdentity(subject: "s")),
        ] as [((Int, String), CustomerIdentity)] {
            let fixture = try OpenIDFixture(["userinfo": answer])
            var found = try await fixture.authority().identify(issued)
            found.serverTime = nil
            #expect(found == identity)
        }
        issued.identity = nil
        let (token, refusing) = (issued, try OpenIDFixture(["userinfo": (401, "")]).authority())
        let refused = await Result { () async throws(AuthorityFailure) in try await refusing.identify(token) }
        #expect(refused.failure?.meaning == .rejected)
        let away = try OpenIDFixture(["userinfo": (503, "")]).authority()
        let later = await Result { () async throws(AuthorityFailure) in try await away.identify(token) }
        #expect(later.failure?.meaning == .unavailable)
    }
}
