// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

extension Settings {
    /// `[Synerise]`
    package var synerise: Synerise {
        get { authorities[Synerise.self] }
        set { authorities[Synerise.self] = newValue }
    }

    /// The Synerise REST API.
    package struct Synerise: AuthoritySection {
        /// `BaseURL=`; required with this authority.
        package var baseURL: HTTPOrigin?
        /// `APIKey=`
        package var apiKey: Secret?
        /// `APIKeyFile=`
        package var apiKeyFile: String?
        /// `DeviceID=`
        package var deviceID = DeviceID.automatic
        /// How it is reached.
        package var network = NetworkSettings()
        /// `SignOutPath=`; nil: sign-out is local only.
        package var signOutPath: String?
        /// `DeleteAccountPath=`; nil: unsupported.
        package var deleteAccountPath: String?
        /// `SimpleAuthenticationPath=`; nil: unsupported.
        package var simpleAuthenticationPath: String?

        package init() {}
    }
}
