// SPDX-License-Identifier: Apache-2.0

extension SettingKey {
    private static let second = Duration.seconds(1)
    private static let day = Duration.seconds(86_400)

    static let openID = openIDClient + openIDRequests + openIDSession + openIDEndpoints + openIDNetwork

    private static let openIDClient = [
        SettingKey(
            .openID,
            "Issuer",
            optional: \.openID.issuer,
            .issuer,
            "The provider, byte for byte as it names itself; required with Kind=openid. Another one ends the session."
        ),
        SettingKey(
            .openID,
            "ClientID",
            optional: \.openID.clientID,
            .visibleText(maximumBytes: 1_024),
            "What the provider calls this device's client; required with Kind=openid. Another one ends the session."
        ),
        SettingKey(
            .openID,
            "ClientAuthentication",
            \.openID.clientAuthentication,
            .choice(),
            "How the client shows who it is: none for a public one, or the way in which its secret is sent."
        ),
        SettingKey(
            .openID,
            "ClientSecretFile",
            optional: \.openID.clientSecretFile,
            .absolutePath,
            "A file that holds the client's secret and nothing else. Better is the credential openid.client-secret."
        ),
    ]

    private static let openIDRequests = [
        SettingKey(
            .openID,
            "Scope",
            \.openID.scope,
            .visibleText(maximumBytes: 2_048, blanks: true),
            "What is asked for, byte for byte. Without offline_access most providers end a session with its first token; "
                + "Google wants it left out."
        ),
        SettingKey(
            .openID,
            "Audience",
            optional: \.openID.audience,
            .visibleText(maximumBytes: 2_048),
            "Whom tokens are for, as Auth0 asks for it."
        ),
        SettingKey(
            .openID,
            "Resource",
            listOf: \.openID.resources,
            .uri,
            origin: \.origin,
            "Whom tokens are for, as RFC 8707 has it; may be given more than once."
        ),
        SettingKey(
            .openID,
            "RedirectURI",
            listOf: \.openID.redirectURIs,
            .uri,
            origin: \.origin,
            "Where the provider may send a browser back to; may be given more than once, the first one is the default. "
                + "None: nobody signs in in a browser."
        ),
    ]

    private static let openIDSession = [
        SettingKey(
            .openID,
            "LoginClaim",
            \.openID.loginClaim,
            .visibleText(maximumBytes: 256),
            "What login shows of a customer; where they have no such claim, their email."
        ),
        SettingKey(
            .openID,
            "CustomIDClaim",
            optional: \.openID.customIDClaim,
            .visibleText(maximumBytes: 256),
            "What customID shows of a customer. Unset: nothing."
        ),
        SettingKey(
            .openID,
            "AnonymousToken",
            \.openID.anonymousToken,
            .choice(),
            "Whose token there is while nobody is signed in: nobody's, or the device's own (clientCredentials)."
        ),
        SettingKey(
            .openID,
            "RevokeOnSignOut",
            \.openID.revokeOnSignOut,
            .boolean,
            "Whether the provider is told of sign-outs, so that the customer's grant ends there too."
        ),
        SettingKey(
            .openID,
            "CheckSec",
            \.openID.checkInterval,
            .timeSpanOrNever(second * 30...day * 365),
            "How often a token is renewed that nobody needs, to notice that the customer has signed out at the provider."
        ),
    ]

    private static let openIDEndpoints = [
        endpoint("DeviceAuthorizationEndpoint", \.openID.deviceAuthorizationEndpoint),
        endpoint("AuthorizationEndpoint", \.openID.authorizationEndpoint),
        endpoint("TokenEndpoint", \.openID.tokenEndpoint),
        endpoint("RevocationEndpoint", \.openID.revocationEndpoint),
        endpoint("UserinfoEndpoint", \.openID.userinfoEndpoint),
    ]

    private static func endpoint(
        _ name: String, _ member: any WritableKeyPath<Settings, HTTPAddress?> & Sendable
    ) -> SettingKey {
        SettingKey(
            .openID, name, optional: member, .address,
            "In place of what the provider says of itself. Unset: as it says.")
    }

    private static let openIDNetwork = network(
        of: .openID, caFile: \.openID.network.caFile, proxy: \.openID.network.proxy,
        connectTimeout: \.openID.network.connectTimeout, timeout: \.openID.network.timeout)
}
