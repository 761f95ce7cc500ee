// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AccessRules

@Suite(.timeLimit(.minutes(10))) struct WebOriginTests {
    @Test(
        "Takes what a browser has for an origin",
        arguments: [
            "https://till.example.com", "https://till.example.com:8443", "https://till", "https://my_till.example",
            "https://-a.example", "https://xn--kasa-0qa.example.com", "https://192.0.2.7", "https://192.0.2.7:1",
            "https://[2001:db8::1]", "https://[::]:65535", "https://[::ffff:c000:207]", "https://[2001:db8:0:1::1]",
            "https://[1:0:0:2::]", "https://[1::2:0:0:3:4]", "https://[2001:0:1:2:3:4:5:6]", "https://localhost",
            "http://localhost", "http://localhost:8080", "http://127.0.0.1", "http://127.255.0.9:81", "http://[::1]:1",
            "http://localhost:443", "https://localhost:80", "https://\(String(repeating: "a.", count: 126))b",
        ])
    func taken(text: String) throws {
        let origin = try WebOrigin(text)
        #expect(origin.description == text)
        #expect(origin.isInsecure == text.hasPrefix("http:"))
    }

    @Test(
        "Names the form in which a browser has an origin",
        arguments: [
            ("https://till.example.com/", "https://till.example.com"),
            ("https://till.example.com/index.html?a#b", "https://till.example.com"),
            ("https://till.example.com?a", "https://till.example.com"),
            ("https://till.example.com#a", "https://till.example.com"),
            ("https://till.example.com\\a", "https://till.example.com"),
            ("HTTPS://Till.Example.COM", "https://till.example.com"),
            ("https://till.example.com:443", "https://till.example.com"),
            ("https://till.example.com:", "https://till.example.com"),
            ("https://till.example.com:08443", "https://till.example.com:8443"),
            ("http://LOCALHOST:80/", "http://localhost"),
            ("https://XN--kasa-0qa.example", "https://xn--kasa-0qa.example"),
            ("https://[2001:DB8::1]", "https://[2001:db8::1]"), ("https://[::1]:443", "https://[::1]"),
            ("https://[2001:db8:0:0:0:0:0:1]", "https://[2001:db8::1]"),
            ("https://[2001:db8::1:1:1:1:1]", "https://[2001:db8:0:1:1:1:1:1]"),
            ("https://[::ffff:192.0.2.7]", "https://[::ffff:c000:207]"),
            ("https://[0:0:1:0:0:0:2:0]", "https://[0:0:1::2:0]"),
        ])
    func renamed(text: String, form: String) {
        let reason = fault(text)
        #expect(reason == "not in the form in which browsers have it: write \(form)")
        #expect(throws: Never.self) { try WebOrigin(form) }
    }

    @Test(
        "Names the origin without a dot at its host's end, which is another one",
        arguments: [
            ("https://till.example.com.", "https://till.example.com"),
            ("https://till.example.com.:8443/", "https://till.example.com:8443"),
            ("HTTPS://Till.Example.com./", "https://till.example.com"),
        ])
    func dotted(text: String, form: String) {
        let reason = fault(text) ?? ""
        #expect(reason.contains("another origin") && reason.hasSuffix("write \(form)"), "\(reason)")
    }

    @Test(
        "Refuses what is no origin, or nobody's alone",
        arguments: [
            ("", "does not begin with"), ("till.example.com", "does not begin with"),
            ("//a.example", "does not begin with"),
            ("ftp://a.example", "does not begin with"), ("file:///a", "does not begin with"),
            ("chrome-extension://abcdef", "does not begin with"), ("https:/a.example", "does not begin with"),
            ("any", "does not begin with"), ("*", "does not begin with"), ("null", "what all pages have"),
            ("https://*.example.com", "a wildcard"), ("https://*", "a wildcard"), ("https://a.example:*", "a wildcard"),
            ("https://user:secret@a.example", "a user or password"), ("https://@a.example", "a user or password"),
            ("https://żabka.example", "punycode"), ("https://a.example\u{7F}", "a character"),
            ("https://a .example", "a character"), ("https://a.example\n", "a character"),
            ("https://", "not a host name"), ("https:///a", "not a host name"), ("https://a..b", "not a host name"),
            ("https://xn--", "not a host name"), ("https://XN--.example", "not a host name"),
            ("https://a.xn--b-", "not a host name"),
            ("https://.a", "not a host name"), ("https://a.example..", "not a host name"),
            ("https://a%2eb", "not a host name"), ("https://a,b", "not a host name"),
            ("https://\(String(repeating: "a", count: 64)).b", "not a host name"),
            ("https://\(String(repeating: "a.", count: 127))b", "not a host name"),
            ("https://127.1", "neither a host name"), ("https://1", "neither a host name"),
            ("https://0x7f.0.0.1", "neither a host name"), ("https://0x7f000001", "neither a host name"),
            ("https://192.0.2.07", "neither a host name"), ("https://192.0.2.256", "neither a host name"),
            ("https://a.example.9", "neither a host name"),
            ("https://[::1", "not a host name"), ("https://[fe80::1%25eth0]", "not an IPv6"),
            ("https://[1.2.3.4]", "not an IPv6"),
            ("https://[:::]", "not an IPv6"), ("https://::1", "not a host name"),
            ("https://a.example:0", "a port"), ("https://a.example:65536", "a port"),
            ("https://a.example:+1", "a port"),
            ("https://a.example:1:2", "a port"), ("https://[::1]x:1", "not a host name"),
            ("http://till.example.com", "http to another device"), ("http://10.0.0.1", "http to another device"),
            ("http://[::2]", "http to another device"), ("http://127.example.com", "http to another device"),
            ("http://localhost.example.com", "http to another device"),
            ("http://a.localhost", "http to another device"),
            ("http://128.0.0.1", "http to another device"),
        ])
    func refused(text: String, reason: String) {
        #expect(fault(text)?.contains(reason) == true, "\(fault(text) ?? "taken")")
        #expect(fault(text)?.contains("secret") != true)
    }

    private func fault(_ text: String) -> String? {
        do throws(WebOrigin.Fault) {
            _ = try WebOrigin(text)
            return nil
        } catch { return error.reason }
    }

    @Test(
        "Tells its own URIs from those of others",
        arguments: [
            ("https://till.example.com", true), ("https://till.example.com/", true),
            ("https://till.example.com/a?b", true),
            ("https://till.example.com?code=a", true), ("https://till.example.com:443/", false),
            ("https://till.example.com.evil.example/", false), ("https://till.example.com@evil.example/", false),
            ("https://till.example.com:8443/", false), ("https://till.example.com\\@evil.example/", false),
            ("https://till.example.comx", false), ("HTTPS://till.example.com/", false),
            ("http://till.example.com/", false),
            ("https://till.example.co", false), ("com.example.till:/signed-in", false), ("", false),
        ])
    func own(uri: String, isOwn: Bool) throws {
        #expect(try WebOrigin("https://till.example.com").contains(uri: uri) == isOwn)
    }
}
