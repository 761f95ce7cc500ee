// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Where requests go: scheme, host and port.
package struct HTTPEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// The protocols that an endpoint may have.
    package enum Scheme: String, Sendable {
        case http, https
    }

    /// The protocol.
    package let scheme: Scheme
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    package let host: String
    /// 1–65535.
    package let port: Int

    /// An endpoint of those parts; `nil`: the host holds what no host may, or the port is none.
    package init?(scheme: Scheme, host: String, port: Int) {
        guard (1...65_535).contains(port), HTTPEndpoint.isHost(host) else { return nil }
        (self.scheme, self.host, self.port) = (scheme, host, port)
    }

    /// `https://host:443`, with the port always.
    package var description: String { "\(scheme.rawValue)://\(host):\(port)" }

    /// Whether the host can only be this device: `localhost`, `127.0.0.0/8` or `[::1]`.
    package var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        var address = in_addr()
        return host.hasPrefix("127.") && inet_pton(AF_INET, host, &address) == 1
    }

    /// Whether nobody on the way can read along.
    var isConfidential: Bool { scheme == .https || isLoopback }

    // What ends a host in a URL must not be in one: the token would go elsewhere.
    private static func isHost(_ host: String) -> Bool {
        let isLiteral = host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 2
        let inner = isLiteral ? host.utf8.dropFirst().dropLast() : host.utf8[...]
        return !inner.isEmpty
            && inner.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."): true
                case UInt8(ascii: "-"): !isLiteral
                case UInt8(ascii: ":"): isLiteral
                default: false
                }
            }
    }
}
