// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

/// The keys that are stored with a session for its authority.
public struct AuthorityKeys: Sendable {
    /// What the `local` authority signs with; `nil`: none was made yet.
    public var signingKey: Secret?
    /// The API key that was set in place of a configured one; `nil`: none was.
    public var replacedKey: ReplacedKey?

    /// Keys of those parts.
    public init(signingKey: Secret? = nil, replacedKey: ReplacedKey? = nil) {
        (self.signingKey, self.replacedKey) = (signingKey, replacedKey)
    }

    /// The API key to use: the one that was set, for as long as the configured one is the one that it replaced.
    public func apiKey(configured: Secret) -> Secret {
        guard let replacedKey, replacedKey.configuredHash == Binding.hash(configured) else { return configured }
        return replacedKey.apiKey
    }

    init(_ record: SessionRecord) { self.init(signingKey: record.localKey, replacedKey: record.replacedKey) }
}
