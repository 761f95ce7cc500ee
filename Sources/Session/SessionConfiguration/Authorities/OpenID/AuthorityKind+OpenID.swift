// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension AuthorityKind {
    /// Any OpenID provider.
    package static let openID = AuthorityKind(
        name: "openid", meaning: "an OpenID provider", section: .openID, keys: SettingKey.openID,
        signIns: [.beginSignIn, .authenticateWithToken],
        required: [
            RequiredSetting(name: "Issuer", example: "Issuer=https://HOST/PATH"),
            RequiredSetting(name: "ClientID", example: "ClientID=NAME"),
        ],
        network: Network(
            origin: { $0.openID.issuer?.origin }, settings: { $0.openID.network },
            whenRefused: "see whether the provider knows the client ClientID= and lets it do what Scope= says"),
        credential: NamedCredential(
            name: "openid.client-secret", meaning: "client secret", alternatives: ["ClientSecretFile"],
            isNeeded: { $0.openID.clientAuthentication != .none && $0.openID.clientSecretFile == nil }),
        namedFiles: { settings in
            [
                NamedFile(
                    setting: "ClientSecretFile", path: settings.openID.clientSecretFile, isSecret: true
                ) { APIKeyText($0).refusal.map { "holds no client secret and nothing else: it \($0)" } }
            ]
        },
        conflicts: { settings in
            let scope = SettingConflict(
                .warning, name: "Scope", message: "without openid the provider gives no id token",
                expected: "Scope=openid \(settings.openID.scope)")
            // One of OAuth alone, as GitHub is, has none to give, and its userinfo has to be named.
            let hasIDToken = settings.openID.scope.split(separator: " ").contains("openid")
            let asked = hasIDToken || settings.openID.userinfoEndpoint != nil ? [] : [scope]
            guard settings.openID.clientAuthentication == .none else { return asked }
            let anonymous = SettingConflict(
                .error, name: "AnonymousToken",
                message: "clientCredentials needs a client with a secret, and ClientAuthentication= is none",
                expected: "ClientAuthentication=client_secret_basic, or AnonymousToken=none")
            let secret = SettingConflict(
                .warning, name: "ClientSecretFile",
                message: "has no effect, since ClientAuthentication= is none",
                expected: "ClientAuthentication=client_secret_basic, or no ClientSecretFile=")
            return asked + (settings.openID.anonymousToken == .clientCredentials ? [anonymous] : [])
                + (settings.openID.clientSecretFile != nil ? [secret] : [])
        })
}

extension SettingSection {
    static let openID = SettingSection(rawValue: "OpenID")
}
