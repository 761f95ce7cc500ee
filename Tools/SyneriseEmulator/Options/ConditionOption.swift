// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator

/// What the conditional sign-in answers for an account, `LOGIN=STATUS[:CONDITION…]`.
package struct ConditionOption: Sendable {
    /// The account's login.
    package let login: String
    /// The status, also one that nobody knows; with `SUCCESS` there is a token.
    package let status: String
    /// The conditions that go with it.
    package let conditions: [String]

    /// Reads `LOGIN=STATUS[:CONDITION…]`.
    package init(_ text: String) throws(OptionError) {
        let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
        let parts = sides.last?.split(separator: ":").map(String.init) ?? []
        guard sides.count == 2, let status = parts.first else {
            throw OptionError(
                "\"\(text)\": a condition is LOGIN=STATUS[:CONDITION…], such as a@b.c=ACTIVATION_REQUIRED")
        }
        login = sides[0]
        self.status = status
        conditions = Array(parts.dropFirst())
    }
}
