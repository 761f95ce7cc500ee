// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

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
                NamedFile(setting: "CAFile", path: settings.synerise.caFile, isSecret: false) { content in
                    let isPEM = String(decoding: content, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----")
                    return isPEM ? nil : "holds no certificate in PEM"
                },
            ]
        })
}

/// An API key as a file or credential holds it, which may end with a line's end.
package struct APIKeyText {
    package let text: String

    package init(_ content: [UInt8]) {
        var bytes = content[...]
        while let last = bytes.last, last == ASCII.lineFeed || last == ASCII.carriageReturn { bytes.removeLast() }
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// Why it is none; `nil` where it is one.
    package var refusal: String? { TextLimit.apiKey.refusal(of: text) }
}

extension SettingSection {
    static let synerise = SettingSection(rawValue: "Synerise")
}
