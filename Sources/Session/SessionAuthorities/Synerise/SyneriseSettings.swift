// SPDX-License-Identifier: Apache-2.0

package import HTTPSClient
import SessionConfiguration
package import SessionProtocol

/// Where the Synerise REST API is, and what it is asked with.
package struct SyneriseSettings: Sendable {
    /// Where it is, and how it is reached.
    package var http: HTTPOptions
    /// The profile API key of the workspace.
    package var apiKey: Secret
    /// What the authority is told about the device; `nil`: nothing.
    package var deviceID: String?
    /// Where sign-outs are told; `nil`: nowhere.
    package var signOutPath: String?
    /// Where accounts are deleted; `nil`: that is `unsupported`.
    package var deleteAccountPath: String?
    /// Where Simple Authentication is done; `nil`: that is `unsupported`.
    package var simpleAuthenticationPath: String?

    /// Settings without the calls whose form no document gives.
    package init(http: HTTPOptions, apiKey: Secret, deviceID: String? = nil) {
        (self.http, self.apiKey, self.deviceID) = (http, apiKey, deviceID)
    }
}

extension Settings.Synerise {
    /// What holds for every request to the authority.
    ///
    /// - Throws: ``SessionError`` named `notConfigured`.
    func httpOptions() throws(SessionError) -> HTTPOptions {
        guard let baseURL else { throw .unusable("[Synerise] BaseURL= is missing") }
        return try Transport(section: "Synerise", network).options(for: baseURL, setting: "BaseURL")
    }

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
