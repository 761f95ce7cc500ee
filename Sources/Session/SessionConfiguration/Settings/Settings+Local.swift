// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// The embedded authority.
    package struct Local: Sendable, Equatable {
        /// `TokenLifetimeSec=`
        package var tokenLifetime = Duration.seconds(3_600)
        /// `AccountsFile=`; nil: nobody can sign in.
        package var accountsFile: String?
    }
}
