// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

/// Where the Synerise REST API is, and what it is asked with.
public struct SyneriseSettings: Sendable {
    /// Where it is, and how it is reached.
    public var http: HTTPOptions
    /// The profile API key of the workspace.
    public var apiKey: Secret
    /// What the authority is told about the device; `nil`: nothing.
    public var deviceID: String?
    /// Where sign-outs are told; `nil`: nowhere.
    public var signOutPath: String?
    /// Where accounts are deleted; `nil`: that is `unsupported`.
    public var deleteAccountPath: String?
    /// Where Simple Authentication is done; `nil`: that is `unsupported`.
    public var simpleAuthenticationPath: String?

    /// Settings without the calls whose form no document gives.
    public init(http: HTTPOptions, apiKey: Secret, deviceID: String? = nil) {
        (self.http, self.apiKey, self.deviceID) = (http, apiKey, deviceID)
    }
}
