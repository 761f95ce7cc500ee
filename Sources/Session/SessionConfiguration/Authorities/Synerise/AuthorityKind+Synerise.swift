// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension AuthorityKind {
    /// The Synerise REST API.
    package static let synerise = AuthorityKind(
        name: "synerise", meaning: "the REST API", section: .synerise, keys: SettingKey.synerise,
        signIns: [.signIn, .authenticate, .simpleAuthenticate, .authenticateWithToken],
        required: [RequiredSetting(name: "BaseURL", example: "BaseURL=https://HOST")],
        network: Network(
            origin: { $0.synerise.baseURL }, settings: { $0.synerise.network },
            whenRefused: """
                see whether the API key is the workspace's (credential synerise.api-key, APIKeyFile= or APIKey=)
                """),
        credential: NamedCredential(
            name: "synerise.api-key", meaning: "API key", alternatives: ["APIKeyFile", "APIKey"],
            isNeeded: { $0.synerise.apiKeyFile == nil && $0.synerise.apiKey == nil }),
        namedFiles: { settings in
            [
                NamedFile(setting: "APIKeyFile", path: settings.synerise.apiKeyFile, isSecret: true) { content in
                    APIKeyText(content).refusal.map { "holds no API key and nothing else: it \($0)" }
                }
            ]
        })
}

extension SettingSection {
    static let synerise = SettingSection(rawValue: "Synerise")
}
