// SPDX-License-Identifier: Apache-2.0

extension AuthorityKind {
    /// The Synerise REST API.
    package static let synerise = AuthorityKind(
        name: "synerise", meaning: "the REST API", section: .synerise, keys: SettingKey.synerise,
        required: [RequiredSetting(name: "BaseURL", example: "BaseURL=https://HOST")],
        network: Network(
            firstHop: { settings in
                // A request in the clear, which stays on this device, goes past the proxy.
                guard let base = settings.synerise.baseURL, base.scheme == .https else {
                    return settings.synerise.baseURL
                }
                return settings.synerise.proxy ?? base
            },
            whenRefused: """
                see whether the API key is the workspace's (credential synerise.api-key, APIKeyFile= or APIKey=)
                """),
        credential: NamedCredential(
            name: "synerise.api-key", alternatives: ["APIKeyFile", "APIKey"],
            isNeeded: { $0.synerise.apiKeyFile == nil && $0.synerise.apiKey == nil }),
        namedFiles: { settings in
            [
                NamedFile(setting: "APIKeyFile", path: settings.synerise.apiKeyFile, isSecret: true) { content in
                    APIKeyText(content).refusal.map { "holds no API key and nothing else: it \($0)" }
                },
                .certificates(setting: "CAFile", path: settings.synerise.caFile),
            ]
        })
}

extension SettingSection {
    static let synerise = SettingSection(rawValue: "Synerise")
}
