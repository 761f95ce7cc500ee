// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionConfiguration
import SessionMachine
import SessionProtocol

/// Makes the authority that is an OpenID provider.
struct OpenIDFactory: AuthorityFactory {
    var kind: AuthorityKind { .openID }

    func choose(_ settings: Settings, _ surroundings: AuthoritySurroundings) throws(SessionError) -> AuthorityChoice {
        let section = settings.openID
        let (issuer, transport) = try place(section)
        guard let clientID = section.clientID else { throw .unusable("[OpenID] ClientID= is missing") }
        let secret = try secret(section, surroundings)
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
        let openID = OpenIDSettings(
            issuer: issuer, clientID: clientID, authentication: authentication, section: section,
            transport: transport)
        let contents = secret.map { section.clientSecretFile == nil ? [:] : ["OpenID.ClientSecretFile": $0] } ?? [:]
        return AuthorityChoice(kind: kind, contents: contents) { keys, clock in
            OpenIDAuthority(settings: openID, metadata: keys.metadata, clock: clock)
        }
    }

    func probe(_ settings: Settings) throws(SessionError) -> HTTPOptions? {
        let (issuer, transport) = try place(settings.openID)
        return try transport.options(for: issuer.origin, setting: "Issuer")
    }

    private func place(_ section: Settings.OpenID) throws(SessionError) -> (HTTPAddress, Transport) {
        guard let issuer = section.issuer else { throw .unusable("[OpenID] Issuer= is missing") }
        let timeouts = HTTPTimeouts(connecting: section.connectTimeout, total: section.timeout)
        let transport = try Transport(
            section: "OpenID", caFile: section.caFile, proxy: section.proxy, timeouts: timeouts)
        return (issuer, transport)
    }

    private func secret(
        _ section: Settings.OpenID, _ surroundings: AuthoritySurroundings
    ) throws(SessionError) -> Secret? {
        // One that is there for nobody is not sent: providers refuse a public client that shows one.
        guard section.clientAuthentication != .none else { return nil }
        let source = SecretSource(
            noun: "client secret", credential: "openid.client-secret", section: "OpenID",
            fileSetting: "ClientSecretFile", surroundings: surroundings)
        return try source.read(file: section.clientSecretFile)
    }
}
