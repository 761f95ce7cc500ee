// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The origin of web pages, as browsers serialise it (HTML, "serialization of an origin"): `https://till.example.com`.
///
/// There is one text for each: scheme, host in lower case and punycode, and the port where it is not the scheme's.
package struct WebOrigin: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is no origin that can be listed.
    package struct Fault: Error, Equatable {
        /// What is wrong with it; of the text it has what is to be written instead, at most.
        package let reason: String
    }

    /// As the browser has it.
    package let description: String
    /// Whether it is `http`, and so this device: that proves a port, which any local user can take.
    package let isInsecure: Bool

    /// Reads an origin in exactly that form; `http` on loopback only.
    ///
    /// - Throws: ``Fault``, which names the form where the text has another one.
    package init(_ text: String) throws(Fault) {
        let parts = try Parts(text)
        guard parts.isSecure || parts.isLoopback else {
            throw Fault(
                reason: "http to another device, whose page anybody between here and there can write: "
                    + "serve it by https, or from localhost, 127.0.0.0/8 or [::1]")
        }
        guard !parts.endsWithDot else {
            throw Fault(
                reason: "a dot at the end of the host, which makes it another origin than the one without: "
                    + "have pages opened without it, and write \(parts.origin)")
        }
        guard parts.origin.utf8.elementsEqual(text.utf8) else {
            throw Fault(reason: "not in the form in which browsers have it: write \(parts.origin)")
        }
        (description, isInsecure) = (text, !parts.isSecure)
    }

    /// Whether an absolute URI leads to it: this text, and a path or a query behind it.
    package func contains(uri: String) -> Bool {
        guard uri.utf8.starts(with: description.utf8) else { return false }
        let next = uri.utf8.dropFirst(description.utf8.count).first
        return next == nil || next == UInt8(ascii: "/") || next == UInt8(ascii: "?")
    }
}

/// What somebody has written for an origin, taken apart as a browser would, and put in order.
private struct Parts {
    let isSecure: Bool
    let host: String
    /// Whether a dot is at the host's end, where browsers leave it.
    let endsWithDot: Bool
    /// `nil`: that of the scheme.
    let port: Int?

    /// What a browser makes of it.
    var origin: String { (isSecure ? "https://" : "http://") + host + (port.map { ":\($0)" } ?? "") }

    var isLoopback: Bool {
        host == "localhost" || host == "[::1]" || (host.hasPrefix("127.") && WebHost.isIPv4(host))
    }

    init(_ text: String) throws(WebOrigin.Fault) {
        if text == "null" {
            throw WebOrigin.Fault(reason: "what all pages have that may have no origin: give the page one")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw WebOrigin.Fault(
                reason: "a character that no origin has: write the host in punycode (xn--…), "
                    + "as location.origin in the page has it")
        }
        let lower = text.lowercasedASCII
        guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else {
            throw WebOrigin.Fault(reason: "does not begin with https:// or http://")
        }
        isSecure = scheme == "https://"
        let authority = lower.dropFirst(scheme.count).prefix { !"/?#\\".contains($0) }
        if authority.contains("@") { throw WebOrigin.Fault(reason: "a user or password, which no origin has") }
        if authority.contains("*") {
            throw WebOrigin.Fault(reason: "a wildcard, which no origin has: write a line for each origin")
        }
        let end = authority.firstIndex(of: "]").map(authority.index(after:)) ?? authority.startIndex
        let colon = authority[end...].firstIndex(of: ":") ?? authority.endIndex
        host = try WebHost.canonical(authority[..<colon])
        endsWithDot = authority[..<colon].hasSuffix(".")
        port = try Parts.port(authority[colon...].dropFirst(), standard: isSecure ? 443 : 80)
    }

    private static func port(_ digits: Substring, standard: Int) throws(WebOrigin.Fault) -> Int? {
        guard !digits.isEmpty else { return nil }
        guard digits.utf8.allSatisfy(WebHost.isDigit), let number = UInt16(digits), number > 0 else {
            throw WebOrigin.Fault(reason: "a port that is no number from 1 to 65535")
        }
        return Int(number) == standard ? nil : Int(number)
    }
}

/// Hosts as browsers write them (URL Standard, "host serializing"); of ASCII in lower case already.
private enum WebHost {
    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func canonical(_ text: Substring) throws(WebOrigin.Fault) -> String {
        if text.hasPrefix("["), text.hasSuffix("]") { return "[\(try canonicalIPv6(text.dropFirst().dropLast()))]" }
        let name = text.hasSuffix(".") ? text.dropLast() : text
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, labels.allSatisfy(isLabel) else {
            throw WebOrigin.Fault(reason: "not a host name")
        }
        // Browsers take a name that ends in a number for an address, in forms like 127.1 and 0x7f.1 that they rewrite.
        if let last = labels.last, last.utf8.allSatisfy(isDigit) || last.hasPrefix("0x"), !isIPv4(String(name)) {
            throw WebOrigin.Fault(reason: "neither a host name nor an IPv4 address of four decimal numbers")
        }
        return String(name)
    }

    static func isIPv4(_ host: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1
    }

    // Browsers accept more than RFC 1123: intranets have names with underscores. But what says that it is punycode has to
    // be some.
    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !(label.hasPrefix("xn--") && label.hasSuffix("-"))
            && label.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || isDigit($0) || "-_".utf8.contains($0)
            }
    }

    // Unlike inet_ntop(3), browsers write no part of it as IPv4.
    private static func canonicalIPv6(_ text: Substring) throws(WebOrigin.Fault) -> String {
        var address = in6_addr()
        guard inet_pton(AF_INET6, String(text), &address) == 1 else {
            throw WebOrigin.Fault(reason: "not an IPv6 address in the brackets")
        }
        let pieces = withUnsafeBytes(of: address) { bytes in
            stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        }
        let written = pieces.map { String($0, radix: 16) }
        guard let zeros = longestZeros(pieces) else { return written.joined(separator: ":") }
        return written[..<zeros.lowerBound].joined(separator: ":") + "::"
            + written[zeros.upperBound...].joined(separator: ":")
    }

    // The first of the longest runs of zeros that are more than one; `nil`: there is none.
    private static func longestZeros(_ pieces: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        while start < pieces.count {
            let end: Int = pieces[start...].firstIndex { $0 != 0 } ?? pieces.count
            if end - start > max(longest?.count ?? 0, 1) { longest = start..<end }
            start = end + 1
        }
        return longest
    }
}

extension String {
    // Not of other scripts: there is none in an origin.
    fileprivate var lowercasedASCII: String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
