// SPDX-License-Identifier: Apache-2.0

import Glibc

extension HTTPOrigin {
    /// Whether the host can only be this device: `localhost`, `127.0.0.0/8` or `[::1]`.
    package var isLoopback: Bool {
        host == "localhost" || host == "[::1]" || (host.hasPrefix("127.") && Self.isIPv4(host))
    }

    /// Brings a host to its one spelling.
    static func canonicalHost(_ host: String) throws(InvalidValue) -> String {
        let lower = ASCII.lowercased(host)
        if lower.utf8.first == UInt8(ascii: "["), lower.utf8.last == UInt8(ascii: "]") {
            return try canonicalIPv6(String(lower.dropFirst().dropLast()))
        }
        let labels = lower.split(separator: ".", omittingEmptySubsequences: false)
        guard lower.utf8.count <= 253, labels.allSatisfy(isLabel) else { throw InvalidValue("not a host name") }
        // Resolvers read a name that ends in a number as an address, in forms like 127.1 that people do not expect.
        if let last = labels.last, last.utf8.allSatisfy(ASCII.isDigit) || last.hasPrefix("0x"), !isIPv4(lower) {
            throw InvalidValue("neither a host name nor an IPv4 address")
        }
        return lower
    }

    private static func isLabel(_ label: Substring) -> Bool {
        let bytes = label.utf8
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(bytes.count) && bytes.first != hyphen && bytes.last != hyphen
            && bytes.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == hyphen }
    }

    private static func isIPv4(_ host: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1
    }

    private static func canonicalIPv6(_ text: String) throws(InvalidValue) -> String {
        var address = in6_addr()
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_pton(AF_INET6, text, &address) == 1,
            let written = inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count))
        else { throw InvalidValue("not an IPv6 address in the brackets") }
        return "[\(String(cString: written))]"
    }
}
