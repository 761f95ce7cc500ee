// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator

/// What is served. The token endpoint has a name for each of its grants.
package enum Endpoint: String, EndpointName {
    /// OpenID Connect Discovery 1.0 §4: the path behind the issuer.
    case discovery
    /// RFC 8414 §3.1: the path in front of the issuer's.
    case metadata
    /// Device authorization, RFC 8628 §3.1.
    case device
    /// The page that a person opens to let a device in.
    case verification
    /// RFC 6749 §3.1.
    case authorization
    /// RFC 8628 §3.4.
    case deviceToken = "token.device"
    /// RFC 6749 §4.1.3.
    case codeToken = "token.code"
    /// RFC 6749 §6.
    case refresh = "token.refresh"
    /// RFC 6749 §4.4.
    case clientToken = "token.client"
    /// A token request of any other kind.
    case otherToken = "token"
    /// OpenID Connect Core 1.0 §5.3.
    case userinfo
    /// RFC 7009.
    case revocation
    /// RFC 7517 §5.
    case jwks

    /// Whether it is the token endpoint.
    var isToken: Bool { rawValue.hasPrefix("token") }

    /// The methods that are served.
    var methods: Set<String> {
        switch self {
        case .discovery, .metadata, .jwks: ["GET"]
        case .userinfo, .verification, .authorization: ["GET", "POST"]
        default: ["POST"]
        }
    }
}
