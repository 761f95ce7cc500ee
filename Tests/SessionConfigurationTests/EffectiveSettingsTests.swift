// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

@Suite("Effective settings", .timeLimit(.minutes(10)))
struct EffectiveSettingsTests {
    /// Sets every key, each to something else than its default.
    static let changed = [
        "Authority.Kind=synerise", "Local.TokenLifetimeSec=1h 30s", "Local.AccountsFile=/a b",
        "OpenID.Issuer=https://a.b/c", "OpenID.ClientID=c", "OpenID.ClientAuthentication=client_secret_post",
        "OpenID.ClientSecretFile=/s", "OpenID.Scope=openid", "OpenID.Audience=a", "OpenID.Resource=urn:a",
        "OpenID.RedirectURI=a:/b", "OpenID.LoginClaim=email", "OpenID.CustomIDClaim=c",
        "OpenID.AnonymousToken=clientCredentials", "OpenID.RevokeOnSignOut=no", "OpenID.CheckSec=1h",
        "OpenID.DeviceAuthorizationEndpoint=https://a.b/d", "OpenID.AuthorizationEndpoint=https://a.b/a?b=c",
        "OpenID.TokenEndpoint=https://a.b/t", "OpenID.RevocationEndpoint=https://a.b/r",
        "OpenID.UserinfoEndpoint=http://localhost/u", "OpenID.CAFile=/ca", "OpenID.Proxy=http://p:80",
        "OpenID.ConnectTimeoutSec=1s 500ms", "OpenID.TimeoutSec=5min", "Synerise.BaseURL=https://a.b",
        "Synerise.APIKey=k", "Synerise.APIKeyFile=/k", "Synerise.DeviceID=till 7", "Synerise.CAFile=/ca",
        "Synerise.Proxy=http://p:80", "Synerise.ConnectTimeoutSec=1s 500ms", "Synerise.TimeoutSec=5min",
        "Synerise.SignOutPath=/a", "Synerise.DeleteAccountPath=/b", "Synerise.SimpleAuthenticationPath=/c",
        "Session.IdentifierSalt=\" salt\"", "Session.RefreshWindowSec=1min", "Session.DestroyOnAPIKeyChange=no",
        "Session.IdleTimeoutSec=15min", "Session.MaximumLifetimeSec=12h", "Session.WarnBeforeSec=0",
        "Session.EndAction=signOut", "Store.Seal=required", "Store.OtherMachine=keep",
        "Access.AllowOrigin=identity.read,session.touch https://a.b:8443", "Access.LogTokenReads=all",
        "Limits.Connections=1", "Limits.ConnectionsPerUser=2", "Limits.ConnectionsPerOrigin=4",
        "Limits.InFlightPerConnection=3",
        "Limits.IdleConnectionSec=1d", "Limits.LineSec=1s", "Limits.UnsentBytes=64K",
        "Limits.FailedSignIns=3", "Limits.FailedSignInDelaySec=1h",
    ]

    // Without where they stand.
    private func shown(_ loaded: LoadedConfiguration) -> [String] {
        loaded.effectiveSettings.map { "\($0.key)=\($0.value)" }
    }

    private func file(_ settings: [String]) -> String {
        settings.map { setting in
            let dot = setting.firstIndex(of: ".") ?? setting.startIndex
            return "[\(setting[..<dot])]\n\(setting[setting.index(after: dot)...])\n"
        }.joined()
    }

    @Test func showEveryKeyAsItWasSet() throws {
        let shown = try shown(load(file(Self.changed)))
        let expected = Self.changed.map { $0 == "Synerise.APIKey=k" ? "Synerise.APIKey=[redacted]" : $0 }
        #expect(Set(shown).subtracting(expected).allSatisfy { $0.hasPrefix("Access.Allow=") })
        #expect(Set(expected).subtracting(shown).isEmpty)
        #expect(Set(Self.changed).intersection(KeyTableTests.contract).isEmpty)
        #expect(Self.changed.count == SettingKey.all.count - 1)
    }

    @Test func showWhereEachOneComesFrom() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write(
            "etc/sessiond.conf", "[Limits]\nConnections=5\n[Access]\nAllow=admin user:0\n[Synerise]\nAPIKey=canary\n")
        let text = try folder.search().lines.joined(separator: "\n")
        #expect(text.contains("\n[Limits]\n# \(path):2\nConnections=5\n#ConnectionsPerUser=256\n"))
        #expect(text.contains("\n#Allow=all group:sessiond-admin\n# \(path):4\nAllow=admin user:0\n"))
        #expect(text.contains("\n#BaseURL=\n# \(path):6, not shown\n#APIKey=[redacted]\n"))
        #expect(!text.contains("canary"))
    }

    @Test func commentOutWhatWouldBeReadBackAsSomethingElse() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write("etc/sessiond.conf", "[Session]\nIdentifierSalt=\u{202E}salt\n")
        let lines = try folder.search().lines
        let place = try #require(lines.firstIndex(of: "# \(path):2, with characters that nobody sees"))
        #expect(lines[place + 1] == "#IdentifierSalt=\\u{202e}salt")
    }

    @Test(
        "What is shown can be read again, and comes to the same",
        arguments: [
            "", "[Access]\nAllow=\n", "[Access]\nAllow=\nAllow=admin user:0\n", "[Access]\nAllow=admin user:0\n",
            "[Access]\nAllow=token.read \"group:domain users\"\n", "[Session]\nIdentifierSalt=\" a\\tb \"\n",
        ])
    func whatIsShownCanBeReadAgain(text: String) throws {
        let loaded = try load(text)
        let again = try load(loaded.lines.joined(separator: "\n"))
        #expect(shown(again) == shown(loaded))
        #expect(again.warnings.isEmpty)
    }

    @Test func everySettingThatWasSetCanBeReadAgain() throws {
        let loaded = try load(file(Self.changed.filter { !$0.hasPrefix("Synerise.APIKey=") }))
        #expect(try shown(load(loaded.lines.joined(separator: "\n"))) == shown(loaded))
    }

    @Test func fitsATerminal() throws {
        let lines = try load("").lines
        #expect(lines.filter { $0.count > 80 && !$0.hasPrefix("#Allow=") } == [])
    }
}
