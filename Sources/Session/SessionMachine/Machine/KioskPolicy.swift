// SPDX-License-Identifier: Apache-2.0

/// When a customer's session ends by itself: what a device needs that many people use, `[Session]`.
package struct KioskPolicy: Sendable, Equatable {
    /// What becomes of the customer at such an end.
    package enum EndAction: Sendable, Equatable {
        /// They are signed out, and their labels cleared; the UUID stays.
        case signOut
        /// They are forgotten; there is a new UUID.
        case destroy
    }

    /// How long a customer may do nothing, `IdleTimeoutSec=`; `nil`: for ever.
    package var idleTimeout: Duration?
    /// How long a session may last, whatever the customer does, `MaximumLifetimeSec=`; `nil`: for ever.
    package var maximumLifetime: Duration?
    /// How long before either end it is announced, `WarnBeforeSec=`; zero: it is not.
    package var warnBefore: Duration
    /// What the end does, `EndAction=`.
    package var endAction: EndAction

    /// A policy of those parts; without arguments no session ends by itself.
    package init(
        idleTimeout: Duration? = nil, maximumLifetime: Duration? = nil, warnBefore: Duration = .seconds(60),
        endAction: EndAction = .signOut
    ) {
        (self.idleTimeout, self.maximumLifetime) = (idleTimeout, maximumLifetime)
        (self.warnBefore, self.endAction) = (warnBefore, endAction)
    }
}
