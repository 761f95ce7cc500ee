// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import SessionAuthorities
import SessionConfiguration
import SessionMachine
import SessionProtocol
import SessionServer
import Testing

@testable import SessionDaemon
@testable import TestSupport

/// What a new setting can forget: a key that sets it, and somebody who goes by it.
@Suite(.timeLimit(.minutes(10))) struct SettingPlacesTests {
    private static let file = "Tests/SessionDaemonTests/SettingPlacesTests.swift"

    /// For each key a value that is not its default.
    private static let values = [
        "Authority.Kind": "synerise", "Local.TokenLifetimeSec": "2h", "Local.AccountsFile": "/a",
        "OpenID.Issuer": "https://a.example", "OpenID.ClientID": "till-4",
        "OpenID.ClientAuthentication": "client_secret_post", "OpenID.ClientSecretFile": "/dev/null/no",
        "OpenID.Scope": "openid", "OpenID.Audience": "a", "OpenID.Resource": "urn:a", "OpenID.RedirectURI": "a:/b",
        "OpenID.LoginClaim": "email", "OpenID.CustomIDClaim": "id", "OpenID.AnonymousToken": "clientCredentials",
        "OpenID.RevokeOnSignOut": "no", "OpenID.CheckSec": "1h",
        "OpenID.DeviceAuthorizationEndpoint": "https://a.example/d",
        "OpenID.AuthorizationEndpoint": "https://a.example/a", "OpenID.TokenEndpoint": "https://a.example/t",
        "OpenID.RevocationEndpoint": "https://a.example/r", "OpenID.UserinfoEndpoint": "https://a.example/u",
        "OpenID.CAFile": "/a", "OpenID.Proxy": "http://p.example:1", "OpenID.ConnectTimeoutSec": "3s",
        "OpenID.TimeoutSec": "4s",
        "Synerise.BaseURL": "https://a.example", "Synerise.APIKey": "key", "Synerise.APIKeyFile": "/dev/null/no",
        "Synerise.DeviceID": "till-4", "Synerise.CAFile": "/a", "Synerise.Proxy": "http://p.example:1",
        "Synerise.ConnectTimeoutSec": "3s", "Synerise.TimeoutSec": "4s", "Synerise.SignOutPath": "/o",
        "Synerise.DeleteAccountPath": "/d", "Synerise.SimpleAuthenticationPath": "/s", "Session.IdentifierSalt": "salt",
        "Session.RefreshWindowSec": "5min", "Session.DestroyOnAPIKeyChange": "no", "Session.IdleTimeoutSec": "6min",
        "Session.MaximumLifetimeSec": "7h", "Session.WarnBeforeSec": "8s", "Session.EndAction": "signOut",
        "Store.Seal": "required", "Store.OtherMachine": "keep", "Access.Allow": "admin user:7",
        "Access.AllowOrigin": "token.read https://a.example", "Access.LogTokenReads": "all", "Limits.Connections": "9",
        "Limits.ConnectionsPerUser": "3", "Limits.ConnectionsPerOrigin": "4",
        "Limits.InFlightPerConnection": "11", "Limits.IdleConnectionSec": "12h", "Limits.LineSec": "13s",
        "Limits.UnsentBytes": "2M", "Limits.FailedSignIns": "14", "Limits.FailedSignInDelaySec": "15s",
    ]

    private static func line(of key: SettingKey) throws -> String {
        let value = try #require(values[key.description], "\(file): give \(key) a value in `values`, not its default")
        return "[\(key.section.rawValue)]\n\(key.name)=\(value)\n"
    }

    private static func settings(_ text: String) throws -> Settings {
        let folder = try TemporaryFolder()
        try folder.write(Array(text.utf8), to: "sessiond.conf")
        return try ConfigurationLoader(.file(folder.file("sessiond.conf"))).load().settings
    }

    @Test(arguments: SettingKey.all.map(\.description))
    func somebodyGoesBy(name: String) throws {
        let key = try #require(SettingKey.all.first { $0.description == name })
        let (before, after) = (
            try Self.settings(Self.basis(of: key)), try Self.settings(Self.basis(of: key) + Self.line(of: key))
        )
        for (first, second, changed) in [(before, after, [name]), (after, before, [name]), (after, after, [])] {
            #expect(SettingSchema.known.changes(from: first, to: second).map(\.description) == changed)
        }
        try #require(Self.followed(before) == Self.followed(before), "what it is compared by changes by itself")
        #expect(
            Self.followed(before) != Self.followed(after),
            """
            nothing that the daemon runs with changes with \(name): hand it on in \
            Sources/Daemon/SessionDaemon/Startup/Settings+Server.swift, or to the authority in its factory in \
            Sources/Session/SessionAuthorities
            """)
    }

    @Test func everySettingHasAKey() throws {
        var (members, set): (Set<String>, Set<String>) = ([], [])
        for key in SettingKey.all {
            for section in Self.sections(of: try Self.settings(Self.basis(of: key) + Self.line(of: key))) {
                for (member, other) in zip(Self.members(of: section), Self.members(of: Self.fresh(section))) {
                    let name = "\(type(of: section)).\(member.label ?? "")"
                    members.insert(name)
                    if String(reflecting: member.value) != String(reflecting: other.value) { set.insert(name) }
                }
            }
        }
        #expect(members.count >= SettingKey.all.count - 1)
        for name in members.subtracting(set) {
            Issue.record("no key sets Settings.\(name): add one in Sources/Session/SessionConfiguration/Keys")
        }
    }

    /// The sections; of the authorities' those that are not as the defaults are.
    private static func sections(of settings: Settings) -> [Any] {
        Mirror(reflecting: settings).children.flatMap { child -> [Any] in
            guard child.value is AuthoritySections else { return [child.value] }
            let changed = Mirror(reflecting: child.value).children.flatMap { Mirror(reflecting: $0.value).children }
            return changed.compactMap { Array(Mirror(reflecting: $0.value).children).last?.value }
        }
    }

    /// The settings in a section; what several authorities have in common stands in a value of its own.
    private static func members(of section: Any) -> [Mirror.Child] {
        Mirror(reflecting: section).children.flatMap { child in
            child.value is NetworkSettings ? Array(Mirror(reflecting: child.value).children) : [child]
        }
    }

    private static func fresh(_ section: Any) -> Any {
        if let section = section as? any AuthoritySection { return type(of: section).init() }
        return sections(of: Settings()).first { type(of: $0) == type(of: section) } ?? section
    }

    /// What has to be set for a key to count: an authority elsewhere is made of these.
    private static func basis(of key: SettingKey) -> String {
        if key.section.rawValue == "OpenID" {
            let way = key.name == "ClientAuthentication" ? "" : "ClientAuthentication=client_secret_basic\n"
            return "[Authority]\nKind=openid\n[OpenID]\nIssuer=https://b.example\nClientID=till\n\(way)"
        }
        guard ["Authority", "Synerise"].contains(key.section.rawValue) else {
            let own = KnownAuthority.allCases.first { $0.kind.section == key.section }
            return own.map { "[Authority]\nKind=\($0.kind.name)\n" } ?? ""
        }
        let kind = key.section == .authority ? "" : "[Authority]\nKind=synerise\n"
        // One key looks as any other: that there is none is seen.
        let apiKey = key.description == "Synerise.APIKey" ? "" : "APIKey=other\n"
        return "\(kind)[Synerise]\nBaseURL=https://b.example\n\(apiKey)"
    }

    /// All that the daemon makes of settings, as text.
    private static func followed(_ settings: Settings) -> String {
        var text = ""
        dump(settings.serverLimits, to: &text)
        dump(settings.sessionPolicy, to: &text)
        dump(settings.storeOptions, to: &text)
        dump(settings.tokenReadLog, to: &text)
        dump(AccessPolicy(settings.access.rules, settings.access.originRules, [:], ownUser: nil), to: &text)
        dump(SealingChoice(settings.store.seal, .absent), to: &text)
        dump(Result { try authority(settings) }, to: &text)
        // Where in memory something is says nothing.
        return text.replacing(/0x[0-9a-f]+|pointerValue: [0-9]+/, with: "")
    }

    private static func authority(_ settings: Settings) throws(SessionError) -> any Authority {
        // A credential comes before a file.
        let secret = settings.openID.clientSecretFile == nil ? Array("secret".utf8) : nil
        let surroundings = AuthoritySurroundings(
            credential: { (name, _) in name == "openid.client-secret" ? secret : nil }, machineID: { "machine" },
            warn: { _ in })
        // Where there is no key, one is made by chance.
        let keys = AuthorityKeys(signingKey: Secret(String(repeating: "AQEB", count: 10) + "AQE"))
        return try AuthorityList.known.factory(for: settings).choose(settings, surroundings).make(keys, SystemClock())
    }
}
