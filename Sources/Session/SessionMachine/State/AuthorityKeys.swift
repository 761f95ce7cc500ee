// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// The keys that are stored with a session for its authority.
package struct AuthorityKeys: Sendable {
    /// What the `local` authority signs with; `nil`: none was made yet.
    package var signingKey: Secret?
    /// The API key that was set in place of a configured one; `nil`: none was.
    package var replacedKey: ReplacedKey?
    /// What it has said of itself before; `nil`: nothing.
    package var metadata: JSONValue?

    package init(signingKey: Secret? = nil, replacedKey: ReplacedKey? = nil, metadata: JSONValue? = nil) {
        (self.signingKey, self.replacedKey, self.metadata) = (signingKey, replacedKey, metadata)
    }

    /// The API key to use: the one that was set, for as long as the configured one is the one that it replaced.
    package func apiKey(configured: Secret) -> Secret {
        guard let replacedKey, replacedKey.configuredHash == Binding.hash(configured) else { return configured }
        return replacedKey.apiKey
    }

    package init(_ record: SessionRecord) {
        self.init(
            signingKey: record.localKey, replacedKey: record.replacedKey, metadata: record.authorityMetadata)
    }
}
