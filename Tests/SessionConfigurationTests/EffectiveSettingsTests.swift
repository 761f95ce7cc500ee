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
        "Session.EndAction=destroy", "Store.Seal=required", "Store.OtherMachine=keep", "Access.LogTokenReads=all",
        "Limits.Connections=1", "Limits.ConnectionsPerUser=2", "Limits.InFlightPerConnection=3",
        "Limits.IdleConnectionSec=1d", "Limits.LineSec=1s", "Limits.UnsentBytes=64K",
        "Limits.FailedSignIns=3", "Limits.FailedSignInDelaySec=1h",
    ]

    private func file(_ settings: [String]) -> String {
        settings.map { setting in
            let dot = setting.firstIndex(of: ".") ?? setting.startIndex
            return "[\(setting[..<dot])]\n\(setting[setting.index(after: dot)...])\n"
        }.joined()
    }

    @Test func showEveryKeyAsItWasSet() throws {
        let shown = try load(file(Self.changed)).effectiveSettings.map { "\($0.key)=\($0.value)" }
        let expected = Self.changed.map { $0 == "Synerise.APIKey=k" ? "Synerise.APIKey=[redacted]" : $0 }
        #expect(Set(shown).subtracting(expected).allSatisfy { $0.hasPrefix("Access.Allow=") })
        #expect(Set(expected).subtracting(shown).isEmpty)
        #expect(Set(Self.changed).intersection(KeyTableTests.contract).isEmpty)
        #expect(Self.changed.count == SettingKey.all.count - 1)
    }

    @Test func showWhereEachOneComesFrom() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write("etc/sessiond.conf", "[Limits]\nConnections=5\n[Access]\nAllow=admin user:0\n")
        let lines = try folder.search().effectiveSettings.map(\.description)
        #expect(lines.contains("Limits.Connections=5  # \(path):2"))
        #expect(lines.contains("Limits.LineSec=30s  # default"))
        #expect(lines.contains("Access.Allow=all group:sessiond-admin  # default"))
        #expect(lines.contains("Access.Allow=admin user:0  # \(path):4"))
        #expect(lines.contains("Synerise.APIKey=  # default"))
    }

    @Test func showWhereAListWasEmptied() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write("etc/sessiond.conf", "[Access]\nAllow=\n")
        #expect(try folder.search().effectiveSettings.map(\.description).contains("Access.Allow=  # \(path):2"))
    }
}
