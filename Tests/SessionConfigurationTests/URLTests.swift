// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionConfiguration

@Suite("URLs", .timeLimit(.minutes(10)))
struct URLTests {
    @Test(
        "Brings the authority's origin to one spelling",
        arguments: [
            ("https://api.example.com", "https://api.example.com"),
            ("https://api.example.com/", "https://api.example.com"),
            ("HTTPS://API.Example.COM:443", "https://api.example.com"), ("https://a.b:8443", "https://a.b:8443"),
            ("http://localhost:8080", "http://localhost:8080"), ("http://127.8.9.1", "http://127.8.9.1"),
            ("http://[::1]:80/", "http://[::1]"), ("https://[2001:DB8:0::1]", "https://[2001:db8::1]"),
            ("https://192.0.2.1", "https://192.0.2.1"),
        ]
    )
    func baseURL(written: String, meant: String) throws {
        #expect(try effective("Synerise.BaseURL", "[Synerise]\nBaseURL=\(written)\n") == meant)
    }

    @Test(
        "Refuses what is no origin, without repeating it",
        arguments: [
            "ftp://secret.example", "secret.example", "https://", "https:///", "https://secret.example/v4",
            "https://secret.example?x", "https://secret.example#x", "https://me:secret@a.b", "https://secret.example:0",
            "https://secret.example:65536", "https://secret.example:", "https://secret.example:+1", "https://a:1:2/",
            "https://-secret.example", "https://secret..example", "https://se cret.example", "https://1.2.3",
            "https://0x7f",
            "https://[::1", "https://[secret]", "https://::1", "https://[::1]x:1", "https://żółć.example",
            "http://secret.example", "http://localhost.secret.example", "http://127.1",
            "http://127.0.0.1.secret.example",
            "http://[::ffff:127.0.0.1]", "http://128.0.0.1",
        ]
    )
    func refused(written: String) throws {
        let found = try problems("[Synerise]\nBaseURL=\(written)\n")
        #expect(found.count == 1)
        #expect(found.allSatisfy { $0.hasPrefix("test.conf:2: BaseURL=: the value, not shown here, cannot be used: ") })
        #expect(!found.joined().contains("secret"))
    }

    @Test(
        "What is no address is none, wherever its colon and its question mark stand",
        arguments: ["?:", "/device?next=https://p.example/", "a?b:c", "?", ":?", ":", "https:?", "https://?:", ""])
    func isNoAddress(text: String) { #expect(HTTPAddress(text) == nil) }

    @Test("An issuer has neither query nor fragment, and a call's address may have a query")
    func readsIssuers() throws {
        for rest in ["", "/", "/realms/shop"] {
            let issuer = "https://a.example\(rest)"
            #expect(try effective("OpenID.Issuer", "[OpenID]\nIssuer=\(issuer)\n") == issuer)
        }
        for rest in ["?", "?a=b", "/c?", "/c?a", "#", "/c#d"] {
            #expect(
                try problems("[OpenID]\nIssuer=https://a.example\(rest)\n") == [
                    "test.conf:2: Issuer=: the value, not shown here, cannot be used: a query or a fragment, which no "
                        + "issuer has: leave out what begins with ? or #; expected https://HOST[:PORT][/PATH] without "
                        + "query and fragment, or http:// to localhost, 127.0.0.0/8 or [::1]"
                ])
        }
        let call = "https://a.example/c?d=e"
        #expect(try effective("OpenID.TokenEndpoint", "[OpenID]\nTokenEndpoint=\(call)\n") == call)
    }

    @Test func namesAProxyWithItsPort() throws {
        let settings = try load("[Synerise]\nProxy=http://Proxy.example:80/\n").settings
        let proxy = try #require(settings.synerise.network.proxy)
        #expect(proxy.descriptionWithPort == "http://proxy.example:80")
        #expect(try effective("Synerise.Proxy", "[Synerise]\nProxy=http://p:80\n") == "http://p:80")
        #expect(try problems("[Synerise]\nProxy=http://proxy.example\n").first?.contains("no port") == true)
        #expect(try problems("[Synerise]\nProxy=http://me:hunter2@p:80\n").first?.contains("hunter2") == false)
    }

    @Test func readsPathsOfCalls() throws {
        #expect(try effective("Synerise.SignOutPath", "[Synerise]\nSignOutPath=/v4/a-b/%7Ec\n") == "/v4/a-b/%7Ec")
        for path in ["v4", "/a?b", "/a#b", "/a b", "/ż"] {
            #expect(try problems("[Synerise]\nSignOutPath=\(path)\n").count == 1)
        }
    }

    @Test(
        "Requires the URL when the authority is synerise",
        arguments: ["", "[Synerise]\nBaseURL=https://a.b\nBaseURL=\n"]
    )
    func required(rest: String) throws {
        let found = try problems("[Authority]\nKind=synerise\n" + rest)
        let expected =
            "test.conf:2: Kind=: synerise needs BaseURL= in [Synerise], which is not set; "
            + "expected BaseURL=https://HOST, or Kind=local"
        #expect(found == [expected])
    }

    @Test func reportsABadURLOnce() throws {
        #expect(try problems("[Authority]\nKind=synerise\n[Synerise]\nBaseURL=x\n").count == 1)
        let usable = try load("[Authority]\nKind=synerise\n[Synerise]\nBaseURL=https://a.b\n").settings
        #expect(usable.authority.kind == .synerise)
    }
}
