// SPDX-License-Identifier: Apache-2.0

extension SettingKey {
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
        ] + syneriseNetwork + synerisePaths

    private static let syneriseNetwork = network(
        of: .synerise, caFile: \.synerise.network.caFile, proxy: \.synerise.network.proxy,
        connectTimeout: \.synerise.network.connectTimeout, timeout: \.synerise.network.timeout)

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
