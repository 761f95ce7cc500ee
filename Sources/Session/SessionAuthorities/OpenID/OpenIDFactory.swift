// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionMachine
import SessionProtocol

/// Makes the authority that is an OpenID provider.
struct OpenIDFactory: AuthorityFactory {
    var kind: AuthorityKind { .openID }

    func choose(_ settings: Settings, _ surroundings: AuthoritySurroundings) throws(SessionError) -> AuthorityChoice {
        let found = try secret(settings.openID, surroundings)
        let openID = try openIDSettings(settings.openID, found?.secret)
        let contents = found.flatMap { found in found.file.map { [$0: found.secret] } } ?? [:]
        return AuthorityChoice(
            kind: kind, contents: contents, credentials: found?.credential.map { [$0] } ?? []
        ) { keys, clock in
            OpenIDAuthority(settings: openID, metadata: keys.metadata, clock: clock)
        }
    }

    func probe(_ settings: Settings, _ surroundings: AuthoritySurroundings) throws(SessionError) -> AuthorityProbe? {
        var section = settings.openID
        let secret: Secret?
        // The secret is the service's: whoever looks from outside may have to do without.
        do throws(SessionError) { secret = try self.secret(section, surroundings)?.secret } catch { secret = nil }
        let knowsSecret = section.clientAuthentication == .none || secret != nil
        if !knowsSecret { section.clientAuthentication = .none }
        let probe = OpenIDProbe(try openIDSettings(section, secret), knowsSecret: knowsSecret)
        return AuthorityProbe { await probe.examine() }
    }

    private func openIDSettings(
        _ section: Settings.OpenID, _ secret: Secret?
    ) throws(SessionError) -> OpenIDSettings {
        let (issuer, transport) = try place(section)
        guard let clientID = section.clientID else { throw .unusable("[OpenID] ClientID= is missing") }
        let authentication: OpenIDSettings.ClientAuthentication
        switch (section.clientAuthentication, secret) {
        case (.none, _): authentication = .none
        case (.basic, let secret?): authentication = .basic(secret)
        case (.post, let secret?): authentication = .post(secret)
        case (let way, nil):
            throw .unusable(
                "[OpenID] ClientAuthentication=\(way.rawValue) needs a secret: there is neither the credential "
                    + "openid.client-secret, nor ClientSecretFile=")
        }
        return OpenIDSettings(
            issuer: issuer, clientID: clientID, authentication: authentication, section: section,
            transport: transport)
    }

    private func place(_ section: Settings.OpenID) throws(SessionError) -> (HTTPAddress, Transport) {
        guard let issuer = section.issuer else { throw .unusable("[OpenID] Issuer= is missing") }
        return (issuer, try Transport(section: "OpenID", section.network))
    }

    private func secret(
        _ section: Settings.OpenID, _ surroundings: AuthoritySurroundings
    ) throws(SessionError) -> SecretSource.Found? {
        // One that is there for nobody is not sent: providers refuse a public client that shows one.
        guard section.clientAuthentication != .none else { return nil }
        let source = SecretSource(
            noun: "client secret", credential: "openid.client-secret", section: "OpenID",
            fileSetting: "ClientSecretFile", surroundings: surroundings)
        return try source.read(file: section.clientSecretFile)
    }
}
