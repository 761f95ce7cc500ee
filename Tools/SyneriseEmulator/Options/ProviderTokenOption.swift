// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
package import SessionProtocol

/// A provider token that is accepted, `PROVIDER:TOKEN[:LOGIN]`.
package struct ProviderTokenOption: Sendable {
    /// The providers that there are beside SYNERISE, which takes a password.
    package static let providers = ["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"]

    /// One of ``providers``.
    package let provider: String
    /// The token.
    package let token: Secret
    /// Whose it is.
    package let login: String

    /// Reads `PROVIDER:TOKEN[:LOGIN]`; without a login it is that of a customer of its own.
    package init(_ text: String) throws(OptionError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }), Self.providers.contains(parts[0]) else {
            throw OptionError(
                "a provider token is PROVIDER:TOKEN[:LOGIN], PROVIDER one of \(Self.providers.joined(separator: ", "))")
        }
        provider = parts[0]
        token = Secret(parts[1])
        login = parts.count > 2 ? parts[2] : "\(provider.lowercased())-\(SHA256Hex.of(parts[1]).prefix(12))"
    }
}
