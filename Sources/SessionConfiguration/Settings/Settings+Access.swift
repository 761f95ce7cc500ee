// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// Who may do what.
    public struct Access: Sendable, Equatable {
        /// Which reads of a token are logged.
        public enum LogTokenReads: String, Sendable, CaseIterable {
            /// None.
            case no
            /// Each user's first of a customer.
            case first
            /// Every one.
            case all
        }

        /// `Allow=`, in the order of the lines; a caller has what any of them grants.
        public var rules = AccessRule.defaults
        /// `LogTokenReads=`
        public var logTokenReads = LogTokenReads.first
    }
}
