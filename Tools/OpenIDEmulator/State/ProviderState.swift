// SPDX-License-Identifier: Apache-2.0

/// What the provider remembers.
struct ProviderState: Sendable, Codable, Equatable {
    var devices: [DeviceRequest] = []
    var codes: [AuthorizationCode] = []
    var grants: [Grant] = []
    var accessTokens: [AccessToken] = []
}

/// What a device has asked for, RFC 8628 §3.1.
struct DeviceRequest: Sendable, Codable, Equatable {
    /// What has become of it.
    enum Decision: Sendable, Codable, Equatable {
        case pending
        case approved(login: String)
        case denied
    }

    var deviceCode: String
    var userCode: String
    var clientID: String
    var scope: String
    /// Its PKCE challenge; `nil`: it has sent none.
    var challenge: String?
    var endSeconds: Int64
    var intervalSeconds: Int64
    var lastPollMilliseconds: Int64?
    var decision = Decision.pending
    var isRedeemed = false
}

/// What an app's page was sent away with, RFC 6749 §4.1.2.
struct AuthorizationCode: Sendable, Codable, Equatable {
    var code: String
    var clientID: String
    var redirectURI: String
    var scope: String
    var nonce: String?
    var challenge: String
    var login: String
    var endSeconds: Int64
    /// The grant that it was redeemed for; `nil`: not yet.
    var grantID: String?
}

/// What a person has granted to a client: as long as it lives, its refresh token is answered.
struct Grant: Sendable, Codable, Equatable {
    var id: String
    var clientID: String
    var login: String
    var scope: String
    var nonce: String?
    var authenticatedSeconds: Int64
    /// The refresh token; `nil`: there is none.
    var refreshToken: String?
    /// 0: never.
    var endSeconds: Int64
    /// Those that were replaced, and when.
    var replaced: [String: Int64] = [:]
    var isRevoked = false
}

struct AccessToken: Sendable, Codable, Equatable {
    var token: String
    var clientID: String
    /// `nil`: it is the client's own.
    var grantID: String?
    var scope: String
    var endSeconds: Int64
    var isRevoked = false
}
