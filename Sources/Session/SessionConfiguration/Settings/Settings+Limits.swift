// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// What clients may take.
    package struct Limits: Sendable, Equatable {
        /// `Connections=`
        package var connections = 1_024
        /// `ConnectionsPerUser=`
        package var connectionsPerUser = 256
        /// `ConnectionsPerOrigin=`
        package var connectionsPerOrigin = 16
        /// `InFlightPerConnection=`
        package var inFlightPerConnection = 64
        /// `IdleConnectionSec=`; nil: never.
        package var idleConnection: Duration?
        /// `LineSec=`
        package var line = Duration.seconds(30)
        /// `UnsentBytes=`
        package var unsentBytes = 1_048_576
        /// `FailedSignIns=`
        package var failedSignIns = 5
        /// `FailedSignInDelaySec=`; nil: there is none.
        package var failedSignInDelay: Duration? = .seconds(60)
    }
}
