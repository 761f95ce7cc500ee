// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// What clients may take.
    public struct Limits: Sendable, Equatable {
        /// `Connections=`
        public var connections = 1_024
        /// `ConnectionsPerUser=`
        public var connectionsPerUser = 256
        /// `InFlightPerConnection=`
        public var inFlightPerConnection = 64
        /// `IdleConnectionSec=`; nil: never.
        public var idleConnection: Duration?
        /// `LineSec=`
        public var line = Duration.seconds(30)
        /// `UnsentBytes=`
        public var unsentBytes = 1_048_576
        /// `FailedSignIns=`
        public var failedSignIns = 5
        /// `FailedSignInDelaySec=`; nil: there is none.
        public var failedSignInDelay: Duration? = .seconds(60)
    }
}
