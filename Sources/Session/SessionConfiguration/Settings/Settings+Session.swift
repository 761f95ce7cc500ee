// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// The session and its policy.
    package struct Session: Sendable, Equatable {
        /// How a policy ends a session.
        package enum EndAction: String, Sendable, CaseIterable {
            /// The UUID stays.
            case signOut
            /// A new UUID.
            case destroy
        }

        /// `IdentifierSalt=`; its UTF-8 bytes count.
        package var identifierSalt = ""
        /// `RefreshWindowSec=`
        package var refreshWindow = Duration.seconds(30 * 60)
        /// `DestroyOnAPIKeyChange=`
        package var destroyOnAPIKeyChange = true
        /// `IdleTimeoutSec=`; nil: never.
        package var idleTimeout: Duration?
        /// `MaximumLifetimeSec=`; nil: never.
        package var maximumLifetime: Duration?
        /// `WarnBeforeSec=`
        package var warnBefore = Duration.seconds(60)
        /// `EndAction=`
        package var endAction = EndAction.destroy
    }
}
