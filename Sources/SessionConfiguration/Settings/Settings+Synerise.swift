// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

extension Settings {
    /// The Synerise REST API.
    public struct Synerise: Sendable, Equatable {
        /// `BaseURL=`; required with this authority.
        public var baseURL: HTTPOrigin?
        /// `APIKey=`
        public var apiKey: Secret?
        /// `APIKeyFile=`
        public var apiKeyFile: String?
        /// `DeviceID=`
        public var deviceID = DeviceID.automatic
        /// `CAFile=`; nil: the system's trust store.
        public var caFile: String?
        /// `Proxy=`; use ``HTTPOrigin/descriptionWithPort``.
        public var proxy: HTTPOrigin?
        /// `ConnectTimeoutSec=`
        public var connectTimeout = Duration.seconds(10)
        /// `TimeoutSec=`
        public var timeout = Duration.seconds(20)
        /// `SignOutPath=`; nil: sign-out is local only.
        public var signOutPath: String?
        /// `DeleteAccountPath=`; nil: unsupported.
        public var deleteAccountPath: String?
        /// `SimpleAuthenticationPath=`; nil: unsupported.
        public var simpleAuthenticationPath: String?
    }
}
