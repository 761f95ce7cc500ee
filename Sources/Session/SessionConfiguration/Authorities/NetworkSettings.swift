// SPDX-License-Identifier: Apache-2.0

/// How an authority that is elsewhere is reached: settings that the section of each such kind has.
package struct NetworkSettings: Sendable, Equatable {
    /// `CAFile=`; nil: the system's trust store.
    package var caFile: String?
    /// `Proxy=`; use ``HTTPOrigin/descriptionWithPort``.
    package var proxy: HTTPOrigin?
    /// `ConnectTimeoutSec=`
    package var connectTimeout = Duration.seconds(10)
    /// `TimeoutSec=`
    package var timeout = Duration.seconds(20)

    package init() {}
}

extension SettingKey {
    typealias Member<Value> = any WritableKeyPath<Settings, Value> & Sendable

    /// Those of ``NetworkSettings`` in a section.
    static func network(
        of section: SettingSection, caFile: Member<String?>, proxy: Member<HTTPOrigin?>,
        connectTimeout: Member<Duration>, timeout: Member<Duration>
    ) -> [SettingKey] {
        let allowed = Duration.seconds(1)...Duration.seconds(300)
        return [
            SettingKey(
                section,
                "CAFile",
                optional: caFile,
                .absolutePath,
                "Certificates in PEM to trust instead of those of the system."
            ),
            SettingKey(
                section,
                "Proxy",
                optional: proxy,
                .proxy,
                "The proxy for requests; environment variables are not read. Unset: none."
            ),
            SettingKey(
                section,
                "ConnectTimeoutSec",
                connectTimeout,
                .timeSpan(allowed),
                "How long to wait for a connection."
            ),
            SettingKey(
                section,
                "TimeoutSec",
                timeout,
                .timeSpan(allowed),
                "How long a request may take as a whole."
            ),
        ]
    }
}
