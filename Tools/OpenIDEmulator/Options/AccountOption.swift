// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
import SessionProtocol

/// A person who can sign in, `LOGIN[:EMAIL[:SUB]]`.
package struct AccountOption: Sendable {
    /// What the person is called, `preferred_username`.
    package let login: String
    /// `nil`: none.
    var email: String?
    /// What the provider calls the person, for ever.
    var sub: String
    /// What else is known of them.
    var claims: [JSONMember] = []

    /// Reads `LOGIN[:EMAIL[:SUB]]`; without SUB it is made of the login.
    package init(_ text: String) throws(OptionError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), !parts[0].isEmpty else {
            throw OptionError("\"\(text)\": an account is LOGIN, LOGIN:EMAIL or LOGIN:EMAIL:SUB")
        }
        login = parts[0]
        email = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
        sub = parts.count > 2 && !parts[2].isEmpty ? parts[2] : AccountOption.sub(of: login)
    }

    /// Reads `{"login", "email", "sub", "claims"}`.
    init(_ body: ControlBody) throws(OptionError) {
        guard let login = try body.string("login"), !login.isEmpty else { throw OptionError("login is required") }
        self.login = login
        email = try body.string("email")
        sub = try body.string("sub") ?? AccountOption.sub(of: login)
        claims = body.value["claims"]?.members ?? []
    }

    // The same in every run.
    private static func sub(of login: String) -> String { String(SHA256Hex.of(login).prefix(20)) }

    /// What userinfo and id tokens say of them.
    var profile: [JSONMember] {
        let named = [("preferred_username", login as String?), ("email", email)]
        return named.compactMap { name, value in value.map { JSONMember(name, .string($0)) } } + claims
    }
}
