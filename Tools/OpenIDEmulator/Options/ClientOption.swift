// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
import SessionProtocol

/// A client, `ID[:SECRET[:basic|post]]`; without a secret it is public.
package struct ClientOption: Sendable {
    /// How a client says who it is, RFC 6749 §2.3.
    package enum Authentication: String, Sendable {
        /// It only says its name.
        case none
        case basic
        case post
    }

    /// Its name.
    package let id: String
    /// Its secret; `nil`: it is public.
    let secret: Secret?
    /// The only way of authentication that is accepted.
    let authentication: Authentication

    /// Reads `ID[:SECRET[:basic|post]]`.
    package init(_ text: String) throws(OptionError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            let authentication = Authentication(
                rawValue: parts.count == 1 ? "none" : parts.count == 2 ? "basic" : parts[2]),
            (authentication == .none) == (parts.count == 1)
        else {
            throw OptionError("\"\(parts[0])\": a client is ID, or ID:SECRET, or ID:SECRET:basic, or ID:SECRET:post")
        }
        id = parts[0]
        secret = parts.count > 1 ? Secret(parts[1]) : nil
        self.authentication = authentication
    }
}
