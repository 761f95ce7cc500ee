// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

@Suite("Warnings", .timeLimit(.minutes(10)))
struct WarningTests {
    @Test(
        "Warns of an unknown name with its line, and suggests one that is close",
        arguments: [
            (
                "[Local]\nTokenLifetime=1h\n",
                "2: TokenLifetime=: unknown key in [Local], ignored; did you mean TokenLifetimeSec=?"
            ),
            ("[Store]\nsael=no\n", "2: sael=: unknown key in [Store], ignored; did you mean Seal=?"),
            ("[Limits]\nUnrelated=1\n", "2: Unrelated=: unknown key in [Limits], ignored"),
            ("[Limits]\nAllow=all any\n", "2: Allow=: unknown key in [Limits], ignored; it belongs in [Access]"),
            ("[Limitations]\nConnections=x\n", "1: unknown section [Limitations], ignored with its keys"),
            ("[Wholly Different]\nA=b\n", "1: unknown section, ignored with its keys"),
            ("[Network]\n", "1: unknown section [Network], ignored with its keys"),
            (
                "Kind=local\n[Local]\n",
                "1: Kind=: ignored, since it stands before the first [Section]; it belongs in [Authority]"
            ),
            (
                "[Access]\nDeny=token.read user:a\n",
                "2: Deny=: unknown key in [Access], ignored; nothing is denied: an empty Allow= takes away what is "
                    + "granted before it, the defaults too"
            ),
            ("[Synerise]\nAPI\u{212A}ey=x\n", "2: unknown key in [Synerise], ignored"),
        ]
    )
    func unknown(text: String, warning: String) throws {
        #expect(try warnings(text) == ["test.conf:" + warning])
    }

    @Test(
        "A section that is misspelt is no section, and the configuration cannot be used",
        arguments: [
            ("Authorty", "Authority"), ("authority", "Authority"), ("Auth", "Authority"), ("Acess", "Access"),
            ("Synersie", "Synerise"), ("Sesion", "Session"), ("Limit", "Limits"), ("Stor", "Store"),
            ("Locals", "Local"),
        ]
    )
    func misspelt(section: String, meant: String) throws {
        let expected = "test.conf:1: unknown section [\(section)]; did you mean [\(meant)]?"
        #expect(try problems("[\(section)]\nA=b\n") == [expected])
    }

    @Test(arguments: ["Log", "Proxy", "Storage", "Logging", "Cache", "Metrics", "Account", "Security"])
    func aSectionThatALaterVersionMayHaveIsPassedOver(section: String) throws {
        let expected = "test.conf:1: unknown section [\(section)], ignored with its keys"
        #expect(try warnings("[\(section)]\nA=b\n") == [expected])
    }

    @Test func warnsOfAnAuthorityThatNothingChooses() throws {
        let synerise = "[Synerise]\nBaseURL=https://example.com\n"
        #expect(
            try warnings("[Limits]\n\(synerise)") == [
                "test.conf:3: [Synerise] has no effect: no Kind= in [Authority] says synerise, so the local authority holds"
            ])
        // Who says so in a line waits for a day to change it.
        #expect(try warnings("[Authority]\nKind=local\n\(synerise)").isEmpty)
        #expect(try warnings("[Local]\nTokenLifetimeSec=1h\n").isEmpty)
    }

    @Test func warnsOfAScopeWithoutAnIDToken() throws {
        func found(_ scope: String) throws -> [String] {
            try warnings("[Authority]\nKind=openid\n[OpenID]\nIssuer=https://a.example\nClientID=a\nScope=\(scope)\n")
        }
        #expect(
            try found("profile openid2") == [
                "test.conf:6: Scope=: without openid the provider gives no id token; expected Scope=openid profile openid2"
            ])
        // Some providers refuse offline_access.
        #expect(try found("email openid").isEmpty)
        // Nor has one of OAuth alone any.
        #expect(try found("read:user\nUserinfoEndpoint=https://a.example/user").isEmpty)
    }

    @Test func leavesExtensionsAlone() throws {
        #expect(try warnings("[X-Ours]\nA=b\n[Local]\nX-Note=c\n").isEmpty)
    }

    @Test func repeatsNoNameThatMayBePartOfASecret() throws {
        let found = try warnings("[Authority]\nKind=local\n[Synerise]\nc2VjcmV0IGtleQ==\n0123-4567=\n[0123-4567]\n")
        #expect(found.count == 3)
        #expect(!found.joined().contains("c2Vj"))
        #expect(!found.joined().contains("0123"))
    }

    @Test func warnsOfASecretThatEveryoneCanRead() throws {
        let folder = try ConfigurationFolder()
        let text = "[Authority]\nKind=local\n[Synerise]\nAPIKey=canary\nAPIKeyFile=/k\n"
        let open = try folder.write("open.conf", text, mode: 0o644)
        let closed = try folder.write("closed.conf", text, mode: 0o640)
        let found = try ConfigurationLoader(.file(open)).load().warnings
        #expect(found.map(\.line) == [4])
        #expect(found.first?.message == "everyone on this device can read the secret in this file")
        #expect(try ConfigurationLoader(.file(closed)).load().warnings.isEmpty)
    }
}
