// SPDX-License-Identifier: Apache-2.0

extension SettingKey {
    private static let second = Duration.seconds(1)
    private static let day = Duration.seconds(86_400)

    static let store = [
        SettingKey(
            .store,
            "Seal",
            \.store.seal,
            .choice(),
            "Whether the stored session is encrypted: auto when there is a key, required never without one, no never."
        ),
        SettingKey(
            .store,
            "OtherMachine",
            \.store.otherMachine,
            .choice(),
            "What becomes of a session stored by another machine, as on a cloned disk: fresh sets it aside, keep uses it."
        ),
    ]

    static let access = [
        SettingKey(
            .access,
            "Allow",
            listOf: \.access.rules,
            .accessRule,
            origin: \.origin,
            "Who may do what. Lines add up, also to the two defaults; an empty Allow= removes all before it, the defaults "
                + "too. A caller has everything that any line grants it; root has everything. Numeric ids are taken as "
                + "they are, names are looked up. A name with blanks is quoted as a whole: \"group:domain users\"."
        ),
        SettingKey(
            .access,
            "AllowOrigin",
            listOf: \.access.originRules,
            .originRule,
            origin: \.origin,
            "What web pages of an origin may do through the sessiond-web package, of what the user of their browser may: "
                + "never more. Lines add up; an empty AllowOrigin= removes all before it, an empty Allow= none. Without a "
                + "line an origin gets nothing, root's pages included. token.read hands the token to every script in the "
                + "page."
        ),
        SettingKey(
            .access,
            "LogTokenReads",
            \.access.logTokenReads,
            .choice(),
            "Which reads of a token are logged: no, the first of each user, origin and customer, or all."
        ),
    ]

    static let limits = [
        SettingKey(
            .limits,
            "Connections",
            \.limits.connections,
            .count(1...65_536),
            "How many connections there may be; eight more are kept for root and administrators."
        ),
        SettingKey(
            .limits,
            "ConnectionsPerUser",
            \.limits.connectionsPerUser,
            .count(1...65_536),
            "How many of them one user may have."
        ),
        SettingKey(
            .limits,
            "ConnectionsPerOrigin",
            \.limits.connectionsPerOrigin,
            .count(1...65_536),
            "How many of these may be on behalf of pages of one origin: each page has one."
        ),
        SettingKey(
            .limits,
            "InFlightPerConnection",
            \.limits.inFlightPerConnection,
            .count(1...4_096),
            "How many requests of one connection may wait for an answer; reads that are answered at once do not count."
        ),
        SettingKey(
            .limits,
            "IdleConnectionSec",
            \.limits.idleConnection,
            .timeSpanOrNever(second...day * 365),
            "Closes a connection on which nothing happened for this long."
        ),
        SettingKey(
            .limits,
            "LineSec",
            \.limits.line,
            .timeSpan(second...second * 3_600),
            "How long a client may take from the first byte of a line to its end."
        ),
        SettingKey(
            .limits,
            "UnsentBytes",
            \.limits.unsentBytes,
            .size(65_536...1 << 30),
            "How much may wait for a client that does not read before its connection is closed."
        ),
        SettingKey(
            .limits,
            "FailedSignIns",
            \.limits.failedSignIns,
            .count(1...1_000),
            "How many sign-ins of one user may fail in a row before the next one has to wait: 1s, doubled by each "
                + "further failure. A sign-in that succeeds ends that, as does an hour without a failure. Root and the "
                + "daemon's own user never wait."
        ),
        SettingKey(
            .limits,
            "FailedSignInDelaySec",
            \.limits.failedSignInDelay,
            .timeSpanOrNever(second...day),
            "The longest such wait; with 0 nobody waits."
        ),
    ]
}
