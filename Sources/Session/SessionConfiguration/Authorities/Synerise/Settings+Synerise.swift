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
        /// `CAFile=`; nil: the system's trust store.
        package var caFile: String?
        /// `Proxy=`; use ``HTTPOrigin/descriptionWithPort``.
        package var proxy: HTTPOrigin?
        /// `ConnectTimeoutSec=`
        package var connectTimeout = Duration.seconds(10)
        /// `TimeoutSec=`
        package var timeout = Duration.seconds(20)
        /// `SignOutPath=`; nil: sign-out is local only.
        package var signOutPath: String?
        /// `DeleteAccountPath=`; nil: unsupported.
        package var deleteAccountPath: String?
        /// `SimpleAuthenticationPath=`; nil: unsupported.
        package var simpleAuthenticationPath: String?

        package init() {}
    }
}
