// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol

extension Settings.Synerise {
    /// The API key: the credential `synerise.api-key`, else `APIKeyFile=`, else `APIKey=`.
    func readAPIKey(_ surroundings: AuthoritySurroundings) throws(SessionError) -> SecretSource.Found {
        let source = SecretSource(
            noun: "API key", credential: "synerise.api-key", section: "Synerise", fileSetting: "APIKeyFile",
            surroundings: surroundings)
        if let key = try source.read(file: apiKeyFile) { return key }
        guard let apiKey else {
            throw .unusable(
                "there is no API key: neither the credential \(source.credential), nor APIKeyFile=, nor APIKey=")
        }
        surroundings.warn("[Synerise] APIKey= is readable by whoever reads the configuration; APIKeyFile= is better")
        return SecretSource.Found(secret: apiKey)
    }
}
