// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// The address of something at an authority: https, or http to this device. Its text is kept byte for byte.
package struct HTTPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The longest address, in bytes.
    package static let maximumBytes = 2_048

    /// As it was written.
    package let description: String
    /// Scheme, host and port.
    package let origin: HTTPOrigin
    /// What follows them, up to the query; empty, or from its `/` on.
    package let path: String
    /// What follows the `?`, taken apart.
    package let query: [(name: String, value: String)]

    package static func == (first: HTTPAddress, second: HTTPAddress) -> Bool {
        first.description.utf8.elementsEqual(second.description.utf8)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }

    /// Reads `scheme://host[:port][/path][?query]`; `nil`: it is none that may be used, as ``init(_:)`` would say.
    package init?(_ text: String) {
        do throws(InvalidValue) { try self.init(parsing: text) } catch { return nil }
    }

    init(parsing text: String) throws(InvalidValue) {
        guard text.utf8.count <= HTTPAddress.maximumBytes else { throw InvalidValue("too long") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidValue("a character that an address cannot have")
        }
        guard !text.utf8.contains(UInt8(ascii: "#")) else { throw InvalidValue("a fragment") }
        let bytes = text.utf8
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        // Behind "https://", or nowhere: the origin says what is wrong then.
        let host = bytes.index(
            bytes[..<mark].firstIndex(of: UInt8(ascii: ":")) ?? bytes.startIndex, offsetBy: 3, limitedBy: mark)
        let slash = bytes[(host ?? mark)..<mark].firstIndex(of: UInt8(ascii: "/")) ?? mark
        description = text
        origin = try HTTPOrigin(parsing: String(text[..<slash]))
        path = String(text[slash..<mark])
        var query: [(name: String, value: String)] = []
        for pair in text[mark...].dropFirst().split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = FormText.decoded(halves[0]),
                let value = FormText.decoded(halves.count > 1 ? halves[1] : "")
            else { throw InvalidValue("a query that cannot be read") }
            query.append((name, value))
        }
        self.query = query
        guard origin.scheme == .https || origin.isLoopback else {
            throw InvalidValue("http to another device, which would send tokens in the clear")
        }
    }
}

/// An entry of a list of addresses, and where it stands.
package struct ListedURI: Sendable, Hashable {
    /// As it was written.
    package let text: String
    let origin: SettingOrigin

    package init(_ text: String, origin: SettingOrigin = .builtIn) { (self.text, self.origin) = (text, origin) }
}

extension ValueForm<HTTPAddress> {
    /// Where something is at an authority.
    static var address: ValueForm {
        ValueForm(
            description: "https://HOST[:PORT][/PATH], or http:// to localhost, 127.0.0.0/8 or [::1]",
            exposure: .onceAccepted,
            parse: { (value) throws(InvalidValue) in try HTTPAddress(parsing: value.text) },
            format: { $0.description }
        )
    }
}

extension ValueForm<HTTPAddress> {
    /// What an issuer of tokens calls itself (OpenID Connect Core 1.0 §2, RFC 8414 §2).
    static var issuer: ValueForm {
        ValueForm(
            description:
                "https://HOST[:PORT][/PATH] without query and fragment, or http:// to localhost, 127.0.0.0/8 or [::1]",
            exposure: .onceAccepted,
            parse: { (value) throws(InvalidValue) in
                guard !value.text.utf8.contains(where: { "?#".utf8.contains($0) }) else {
                    throw InvalidValue("a query or a fragment, which no issuer has: leave out what begins with ? or #")
                }
                return try HTTPAddress(parsing: value.text)
            },
            format: { $0.description }
        )
    }
}

extension ValueForm<ListedURI> {
    /// A URI of any scheme that leads somewhere (RFC 3986 §4.3), without a fragment.
    static var uri: ValueForm {
        ValueForm(
            description: "an absolute URI without a fragment, such as https://HOST/PATH or com.example.app:/PATH",
            exposure: .onceAccepted,
            parse: { (value) throws(InvalidValue) in
                let bytes = value.text.utf8
                guard bytes.count <= HTTPAddress.maximumBytes else { throw InvalidValue("too long") }
                guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                    throw InvalidValue("a character that a URI cannot have")
                }
                guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon != bytes.startIndex,
                    bytes[..<colon].allSatisfy({ ASCII.isLetter($0) || ASCII.isDigit($0) || "+-.".utf8.contains($0) })
                else { throw InvalidValue("no scheme") }
                guard !bytes.contains(UInt8(ascii: "#")) else { throw InvalidValue("a fragment") }
                guard !["javascript", "data"].contains(ASCII.lowercased(value.text[..<colon])) else {
                    throw InvalidValue("a scheme that would be carried out instead of gone to")
                }
                return ListedURI(value.text, origin: value.origin)
            },
            format: \.text
        )
    }
}
