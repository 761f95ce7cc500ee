// SPDX-License-Identifier: Apache-2.0

extension SettingKey {
    private static let second = Duration.seconds(1)

    static let synerise =
        [
            SettingKey(
                .synerise,
                "BaseURL",
                optional: \.synerise.baseURL,
                .authorityOrigin,
                "Where the REST API is; required with Kind=synerise. Another origin ends the session."
            ),
            SettingKey(
                .synerise,
                "APIKey",
                optional: \.synerise.apiKey,
                .apiKey,
                "The profile API key of the workspace. Better in the credential synerise.api-key or in a file of its own."
            ),
            SettingKey(
                .synerise,
                "APIKeyFile",
                optional: \.synerise.apiKeyFile,
                .absolutePath,
                "A file that holds the API key and nothing else."
            ),
            SettingKey(
                .synerise,
                "DeviceID",
                \.synerise.deviceID,
                .deviceID,
                "What the authority is told about the device; auto derives it from the machine id."
            ),
        ] + syneriseTransport + synerisePaths

    private static let syneriseTransport = [
        SettingKey(
            .synerise,
            "CAFile",
            optional: \.synerise.caFile,
            .absolutePath,
            "Certificates in PEM to trust instead of those of the system."
        ),
        SettingKey(
            .synerise,
            "Proxy",
            optional: \.synerise.proxy,
            .proxy,
            "The proxy for requests; environment variables are not read. Unset: none."
        ),
        SettingKey(
            .synerise,
            "ConnectTimeoutSec",
            \.synerise.connectTimeout,
            .timeSpan(second...second * 300),
            "How long to wait for a connection."
        ),
        SettingKey(
            .synerise,
            "TimeoutSec",
            \.synerise.timeout,
            .timeSpan(second...second * 300),
            "How long a request may take as a whole."
        ),
    ]

    private static let synerisePaths = [
        SettingKey(
            .synerise,
            "SignOutPath",
            optional: \.synerise.signOutPath,
            .urlPath,
            "The call that signs out at the authority, which no public document settles. Unset: sign-out is local only."
        ),
        SettingKey(
            .synerise,
            "DeleteAccountPath",
            optional: \.synerise.deleteAccountPath,
            .urlPath,
            "The call that deletes the account, which no public document settles. Unset: unsupported."
        ),
        SettingKey(
            .synerise,
            "SimpleAuthenticationPath",
            optional: \.synerise.simpleAuthenticationPath,
            .urlPath,
            "The call of Simple Authentication, which no public document settles. Unset: unsupported."
        ),
    ]
}
