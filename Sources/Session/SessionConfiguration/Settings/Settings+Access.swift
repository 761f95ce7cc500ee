// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// Who may do what.
    package struct Access: Sendable, Equatable {
        /// Which reads of a token are logged.
        package enum LogTokenReads: String, Sendable, CaseIterable {
            /// None.
            case no
            /// Each user's first of a customer.
            case first
            /// Every one.
            case all
        }

        /// `Allow=`, in the order of the lines; a caller has what any of them grants.
        package var rules: [AccessRule]
        /// `AllowOrigin=`, in the order of the lines: what pages may do at most, of what their user may.
        package var originRules: [OriginRule]
        /// `LogTokenReads=`
        package var logTokenReads = LogTokenReads.first

        package init(rules: [AccessRule] = AccessRule.defaults, originRules: [OriginRule] = []) {
            (self.rules, self.originRules) = (rules, originRules)
        }
    }
}
