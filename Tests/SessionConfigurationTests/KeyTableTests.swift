// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

@Suite("Table of keys", .timeLimit(.minutes(10)))
struct KeyTableTests {
    /// The defaults of the contract, in its order.
    static let contract = [
        "Authority.Kind=local", "Local.TokenLifetimeSec=1h", "Local.AccountsFile=", "OpenID.Issuer=",
        "OpenID.ClientID=", "OpenID.ClientAuthentication=none", "OpenID.ClientSecretFile=",
        "OpenID.Scope=openid offline_access", "OpenID.Audience=", "OpenID.Resource=", "OpenID.RedirectURI=",
        "OpenID.LoginClaim=preferred_username", "OpenID.CustomIDClaim=", "OpenID.AnonymousToken=none",
        "OpenID.RevokeOnSignOut=yes", "OpenID.CheckSec=0", "OpenID.DeviceAuthorizationEndpoint=",
        "OpenID.AuthorizationEndpoint=", "OpenID.TokenEndpoint=", "OpenID.RevocationEndpoint=",
        "OpenID.UserinfoEndpoint=", "OpenID.CAFile=", "OpenID.Proxy=", "OpenID.ConnectTimeoutSec=10s",
        "OpenID.TimeoutSec=20s", "Synerise.BaseURL=",
        "Synerise.APIKey=", "Synerise.APIKeyFile=", "Synerise.DeviceID=auto", "Synerise.CAFile=", "Synerise.Proxy=",
        "Synerise.ConnectTimeoutSec=10s", "Synerise.TimeoutSec=20s", "Synerise.SignOutPath=",
        "Synerise.DeleteAccountPath=", "Synerise.SimpleAuthenticationPath=", "Session.IdentifierSalt=",
        "Session.RefreshWindowSec=30min", "Session.DestroyOnAPIKeyChange=yes", "Session.IdleTimeoutSec=0",
        "Session.MaximumLifetimeSec=0", "Session.WarnBeforeSec=1min", "Session.EndAction=destroy", "Store.Seal=auto",
        "Store.OtherMachine=fresh",
        "Access.Allow=identity.read,profile.read,token.read,session.touch,signIn.show,session.write group:sessiond",
        "Access.Allow=all group:sessiond-admin", "Access.AllowOrigin=", "Access.LogTokenReads=first",
        "Limits.Connections=1024", "Limits.ConnectionsPerUser=256", "Limits.ConnectionsPerOrigin=16",
        "Limits.InFlightPerConnection=64", "Limits.IdleConnectionSec=0",
        "Limits.LineSec=30s", "Limits.UnsentBytes=1M", "Limits.FailedSignIns=5", "Limits.FailedSignInDelaySec=1min",
    ]

    @Test func holdsTheDefaultsOfTheContract() {
        let defaults = SettingKey.all.flatMap { key in key.defaultTexts.map { "\(key)=\($0)" } }
        #expect(
            defaults == Self.contract,
            """
            \(Set(defaults).symmetricDifference(Self.contract)) in the contract in \
            Tests/SessionConfigurationTests/KeyTableTests.swift, or its order
            """)
    }

    @Test func declaresEachKeyOnceAndTheSectionsInOrder() {
        #expect(Set(SettingKey.all.map(\.description)).count == SettingKey.all.count)
        var sections = SettingKey.all.map(\.section)
        sections = sections.enumerated().filter { $0.offset == 0 || sections[$0.offset - 1] != $0.element }.map(
            \.element
        )
        #expect(sections == SettingSchema.known.sections)
    }

    @Test("Every default is a value that it accepts", arguments: SettingKey.all.map(\.description))
    func acceptsItsDefault(name: String) throws {
        let key = try #require(SettingKey.all.first { $0.description == name })
        let lines = key.defaultTexts.map { "\(key.name)=\($0)\n" }.joined()
        let removal = key.isList ? "\(key.name)=\n" : ""
        let loaded = try load("[Authority]\nKind=local\n[\(key.section.rawValue)]\n" + removal + lines)
        let shown = loaded.effectiveSettings.filter { $0.key.description == name }.map(\.value)
        #expect(shown == key.defaultTexts)
        #expect(loaded.warnings.isEmpty)
    }

    @Test func marksTheAPIKeyAloneAsSecret() {
        #expect(SettingKey.all.filter(\.isSecret).map(\.description) == ["Synerise.APIKey"])
    }
}
