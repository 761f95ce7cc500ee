// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// The embedded authority.
    public struct Local: Sendable, Equatable {
        /// `TokenLifetimeSec=`
        public var tokenLifetime = Duration.seconds(3_600)
        /// `AccountsFile=`; nil: nobody can sign in.
        public var accountsFile: String?
    }
}
