// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// `[Local]`
    package var local: Local {
        get { authorities[Local.self] }
        set { authorities[Local.self] = newValue }
    }

    /// The embedded authority.
    package struct Local: AuthoritySection {
        /// `TokenLifetimeSec=`
        package var tokenLifetime = Duration.seconds(3_600)
        /// `AccountsFile=`; nil: nobody can sign in.
        package var accountsFile: String?

        package init() {}
    }
}
