// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// Who issues tokens.
    package struct Authority: Sendable, Equatable {
        /// `Kind=`
        package var kind = KnownAuthority.standard.kind
    }
}
