// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// Who issues tokens.
    package struct Authority: Sendable, Equatable {
        /// The authorities there are.
        package enum Kind: String, Sendable, CaseIterable {
            /// The embedded one.
            case local
            /// The Synerise REST API.
            case synerise
        }

        /// `Kind=`
        package var kind = Kind.local
    }
}
