// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
package import SessionProtocol

/// An account that exists from the start, `LOGIN:PASSWORD[:CUSTOMID]`.
package struct AccountOption: Sendable {
    /// The e-mail address, or another name where it is signed in by custom id only.
    package let login: String
    /// The password.
    package let password: Secret
    /// The custom id; `nil` where it has none.
    package let customID: String?

    /// Reads `LOGIN:PASSWORD[:CUSTOMID]`; a password with a colon cannot be written.
    package init(_ text: String) throws(OptionError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
            throw OptionError("an account is LOGIN:PASSWORD[:CUSTOMID], no part of it empty")
        }
        login = parts[0]
        password = Secret(parts[1])
        customID = parts.count > 2 ? parts[2] : nil
    }

    /// Reads a file with one account a line; blank lines and lines that begin with `#` count as nothing.
    package static func list(_ text: String, file: String) throws(OptionError) -> [AccountOption] {
        var accounts: [AccountOption] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            do {
                accounts.append(try AccountOption(String(line)))
            } catch {
                throw OptionError("\(file):\(number + 1): \(error.description)")
            }
        }
        return accounts
    }
}
