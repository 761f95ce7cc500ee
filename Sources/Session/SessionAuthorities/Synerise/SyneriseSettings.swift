// SPDX-License-Identifier: Apache-2.0

package import HTTPSClient
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
