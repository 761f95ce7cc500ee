// SPDX-License-Identifier: Apache-2.0

extension SettingKey {
    private static let second = Duration.seconds(1)
    private static let day = Duration.seconds(86_400)

    static let local = [
        SettingKey(
            .local,
            "TokenLifetimeSec",
            \.local.tokenLifetime,
            .timeSpan(second...day * 365),
            "How long a token of the embedded authority is valid."
        ),
        SettingKey(
            .local,
            "AccountsFile",
            optional: \.local.accountsFile,
            .absolutePath,
            "The accounts that can sign in, a line login:hash each, hashed as crypt(3) does. Unset: nobody can sign in."
        ),
    ]
}
