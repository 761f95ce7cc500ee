// SPDX-License-Identifier: Apache-2.0

import Crypto
package import SessionProtocol
import SessiondPrimitives

/// What a session is bound to: no token is used with another authority, or with another key, than it came from.
package struct Binding: Sendable, Equatable {
    /// `local` or `synerise`.
    package var kind: String
    /// Where the authority is; empty for the embedded one.
    package var origin: String
    /// The hash of the API key; empty for an authority without keys.
    package var keyHash: String

    /// A binding to an authority, with a key where it has one.
    package init(kind: String, origin: String = "", apiKey: Secret? = nil) {
        (self.kind, self.origin) = (kind, origin)
        keyHash = apiKey.map(Binding.hash) ?? ""
    }

    init(kind: String, origin: String, keyHash: String) {
        (self.kind, self.origin, self.keyHash) = (kind, origin, keyHash)
    }

    /// The hash that stands for an API key: SHA-256, in hexadecimal digits.
    package static func hash(_ apiKey: Secret) -> String {
        SHA256.hash(data: Array(apiKey.reveal().utf8)).hexadecimal
    }
}

/// A key that was set by `authority.changeAPIKey`.
package struct ReplacedKey: Sendable, Equatable {
    /// The key.
    package var apiKey: Secret
    /// The hash of the configured key that it takes the place of: it holds for as long as that stays configured.
    package var configuredHash: String

    /// A key in the place of a configured one.
    package init(apiKey: Secret, configuredHash: String) {
        (self.apiKey, self.configuredHash) = (apiKey, configuredHash)
    }
}
