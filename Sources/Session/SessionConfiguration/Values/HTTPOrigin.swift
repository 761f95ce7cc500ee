// SPDX-License-Identifier: Apache-2.0

/// Scheme, host and port of a URL in a canonical form, so that two spellings of one origin are equal.
package struct HTTPOrigin: Sendable, Hashable, CustomStringConvertible {
    /// The protocols that an origin may have.
    package enum Scheme: String, Sendable, CaseIterable {
        case http, https

        /// The port that a URL without one means.
        var defaultPort: Int { self == .http ? 80 : 443 }
    }

    /// The protocol.
    package let scheme: Scheme
    /// A name in lower case, an IPv4 address, or an IPv6 address in brackets.
    package let host: String
    /// 1–65535.
    package let port: Int

    /// `https://host`, with `:port` unless it is the default one.
    package var description: String {
        port == scheme.defaultPort ? "\(scheme.rawValue)://\(host)" : descriptionWithPort
    }

    /// `https://host:443`: with the port always, since libcurl takes another default for a proxy.
    package var descriptionWithPort: String { "\(scheme.rawValue)://\(host):\(port)" }
}
