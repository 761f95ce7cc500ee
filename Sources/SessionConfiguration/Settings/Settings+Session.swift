// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// The session and its policy.
    public struct Session: Sendable, Equatable {
        /// How a policy ends a session.
        public enum EndAction: String, Sendable, CaseIterable {
            /// The UUID stays.
            case signOut
            /// A new UUID.
            case destroy
        }

        /// `IdentifierSalt=`; its UTF-8 bytes count.
        public var identifierSalt = ""
        /// `RefreshWindowSec=`
        public var refreshWindow = Duration.seconds(30 * 60)
        /// `DestroyOnAPIKeyChange=`
        public var destroyOnAPIKeyChange = true
        /// `IdleTimeoutSec=`; nil: never.
        public var idleTimeout: Duration?
        /// `MaximumLifetimeSec=`; nil: never.
        public var maximumLifetime: Duration?
        /// `WarnBeforeSec=`
        public var warnBefore = Duration.seconds(60)
        /// `EndAction=`
        public var endAction = EndAction.signOut
    }
}
