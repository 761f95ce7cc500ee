// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// Who issues tokens.
    public struct Authority: Sendable, Equatable {
        /// The authorities there are.
        public enum Kind: String, Sendable, CaseIterable {
            /// The embedded one.
            case local
            /// The Synerise REST API.
            case synerise
        }

        /// `Kind=`
        public var kind = Kind.local
    }
}
