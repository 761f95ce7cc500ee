// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

/// Which settings are other ones in another configuration.
@Suite(.timeLimit(.minutes(10))) struct ChangesTests {
    /// What gives a setting another value than its default.
    static let values = [
        "Authority.Kind": "synerise\n[Synerise]\nBaseURL=https://a.example", "Local.TokenLifetimeSec": "2h",
        "Local.AccountsFile": "/a", "OpenID.Issuer": "https://a.example", "OpenID.ClientID": "c",
        "OpenID.ClientAuthentication": "client_secret_basic", "OpenID.ClientSecretFile": "/s", "OpenID.Scope": "openid",
        "OpenID.Audience": "a", "OpenID.Resource": "urn:a", "OpenID.RedirectURI": "a:/b", "OpenID.LoginClaim": "email",
        "OpenID.CustomIDClaim": "c", "OpenID.AnonymousToken": "clientCredentials", "OpenID.RevokeOnSignOut": "no",
        "OpenID.CheckSec": "30", "OpenID.DeviceAuthorizationEndpoint": "https://a.example/d",
        "OpenID.AuthorizationEndpoint": "https://a.example/a", "OpenID.TokenEndpoint": "https://a.example/t",
        "OpenID.RevocationEndpoint": "https://a.example/r", "OpenID.UserinfoEndpoint": "https://a.example/u",
        "OpenID.CAFile": "/c", "OpenID.Proxy": "http://p:1", "OpenID.ConnectTimeoutSec": "1", "OpenID.TimeoutSec": "1",
        "Synerise.BaseURL": "https://a.example", "Synerise.APIKey": "k",
        "Synerise.APIKeyFile": "/k", "Synerise.DeviceID": "d", "Synerise.CAFile": "/c",
        "Synerise.Proxy": "http://p:1", "Synerise.ConnectTimeoutSec": "1", "Synerise.TimeoutSec": "1",
        "Synerise.SignOutPath": "/s", "Synerise.DeleteAccountPath": "/d", "Synerise.SimpleAuthenticationPath": "/s",
        "Session.IdentifierSalt": "s", "Session.RefreshWindowSec": "1", "Session.DestroyOnAPIKeyChange": "no",
        "Session.IdleTimeoutSec": "1", "Session.MaximumLifetimeSec": "1", "Session.WarnBeforeSec": "1",
        "Session.EndAction": "signOut", "Store.Seal": "no", "Store.OtherMachine": "keep",
        "Access.Allow": "admin any", "Access.AllowOrigin": "token.read https://a.example",
        "Access.LogTokenReads": "no", "Limits.Connections": "1",
        "Limits.ConnectionsPerUser": "1", "Limits.ConnectionsPerOrigin": "1", "Limits.InFlightPerConnection": "1",
        "Limits.IdleConnectionSec": "1",
        "Limits.LineSec": "1", "Limits.UnsentBytes": "64K", "Limits.FailedSignIns": "1",
        "Limits.FailedSignInDelaySec": "1",
    ]

    private func changes(_ first: String, _ second: String) throws -> [String] {
        SettingSchema.known.changes(from: try load(first).settings, to: try load(second).settings).map(\.description)
    }

    @Test("another value of a setting is a change of it alone", arguments: SettingKey.all.map(\.description))
    func eachIsNoticed(name: String) throws {
        let key = try #require(SettingKey.all.first { $0.description == name })
        let text = "[\(key.section.rawValue)]\n\(key.name)=\(try #require(Self.values[name]))\n"
        let expected = name == "Authority.Kind" ? [name, "Synerise.BaseURL"] : [name]
        #expect(try changes("", text) == expected)
        #expect(try changes(text, "") == expected)
        #expect(try changes(text, text) == [])
    }

    @Test func anotherSecretIsAChangeThoughBothAreShownAlike() throws {
        #expect(try changes("[Synerise]\nAPIKey=a\n", "[Synerise]\nAPIKey=b\n") == ["Synerise.APIKey"])
    }

    @Test func anotherPlaceOfTheSameLinesIsNoChange() throws {
        let rules = "[Access]\nAllow=admin any\nAllow=token.read user:1\n"
        #expect(try changes(rules, "# moved\n\n" + rules) == [])
        let turned = "[Access]\nAllow=token.read user:1\nAllow=admin any\n"
        #expect(try changes(rules, turned) == ["Access.Allow"])
    }
}
