// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// `[OpenID]`
    package var openID: OpenID {
        get { authorities[OpenID.self] }
        set { authorities[OpenID.self] = newValue }
    }

    /// An OpenID provider.
    package struct OpenID: AuthoritySection {
        /// How the device's client shows who it is (RFC 6749 §2.3).
        package enum ClientAuthentication: String, Sendable, CaseIterable {
            case none
            case basic = "client_secret_basic"
            case post = "client_secret_post"
        }

        /// Whose token there is while nobody is signed in.
        package enum AnonymousToken: String, Sendable, CaseIterable {
            case none
            /// The device's own (RFC 6749 §4.4).
            case clientCredentials
        }

        /// `Issuer=`; required with this authority.
        package var issuer: HTTPAddress?
        /// `ClientID=`; required with this authority.
        package var clientID: String?
        /// `ClientAuthentication=`
        package var clientAuthentication = ClientAuthentication.none
        /// `ClientSecretFile=`
        package var clientSecretFile: String?
        /// `Scope=`
        package var scope = "openid offline_access"
        /// `Audience=`
        package var audience: String?
        /// `Resource=`
        package var resources: [ListedURI] = []
        /// `RedirectURI=`
        package var redirectURIs: [ListedURI] = []
        /// `LoginClaim=`
        package var loginClaim = "preferred_username"
        /// `CustomIDClaim=`
        package var customIDClaim: String?
        /// `AnonymousToken=`
        package var anonymousToken = AnonymousToken.none
        /// `RevokeOnSignOut=`
        package var revokeOnSignOut = true
        /// `CheckSec=`; nil: never.
        package var checkInterval: Duration?
        /// `DeviceAuthorizationEndpoint=`
        package var deviceAuthorizationEndpoint: HTTPAddress?
        /// `AuthorizationEndpoint=`
        package var authorizationEndpoint: HTTPAddress?
        /// `TokenEndpoint=`
        package var tokenEndpoint: HTTPAddress?
        /// `RevocationEndpoint=`
        package var revocationEndpoint: HTTPAddress?
        /// `UserinfoEndpoint=`
        package var userinfoEndpoint: HTTPAddress?
        /// How it is reached.
        package var network = NetworkSettings()

        package init() {}
    }
}
