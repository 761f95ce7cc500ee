// SPDX-License-Identifier: Apache-2.0

extension SettingKey {
    private static let second = Duration.seconds(1)
    private static let day = Duration.seconds(86_400)

    static let session =
        [
            SettingKey(
                .session,
                "IdentifierSalt",
                \.session.identifierSalt,
                .text(maximumBytes: 1_024),
                "Put before an identifier when a UUID is derived from it (UUID version 5, namespace URL), byte for byte. "
                    + "Another salt gives every customer another UUID."
            ),
            SettingKey(
                .session,
                "RefreshWindowSec",
                \.session.refreshWindow,
                .timeSpan(second...day * 7),
                "A token is refreshed when less than this is left, or less than half of its lifetime if that is shorter."
            ),
            SettingKey(
                .session,
                "DestroyOnAPIKeyChange",
                \.session.destroyOnAPIKeyChange,
                .boolean,
                "Whether another API key ends the session and gives a new UUID."
            ),
        ] + policy

    private static let policy = [
        SettingKey(
            .session,
            "IdleTimeoutSec",
            \.session.idleTimeout,
            .timeSpanOrNever(second...day * 365),
            "Ends the session of a customer who was not active for this long; only session.touch counts as activity."
        ),
        SettingKey(
            .session,
            "MaximumLifetimeSec",
            \.session.maximumLifetime,
            .timeSpanOrNever(second...day * 3_650),
            "Ends the session this long after the sign-in, whatever happens in between."
        ),
        SettingKey(
            .session,
            "WarnBeforeSec",
            \.session.warnBefore,
            .timeSpan(.zero...day),
            "How long before such an end the event expiringSoon is sent; 0 for no such event."
        ),
        SettingKey(
            .session,
            "EndAction",
            \.session.endAction,
            .choice(),
            """
            What such an end does: destroy gives a new UUID, signOut keeps it; the labels go with the session either way.
            """
        ),
    ]
}
