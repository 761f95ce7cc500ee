// SPDX-License-Identifier: Apache-2.0

extension ValueForm<HTTPOrigin> {
    /// The origin of an authority: https, or http to this device.
    static var authorityOrigin: ValueForm {
        ValueForm(
            description: "https://HOST[:PORT] without a path, or http:// to localhost, 127.0.0.0/8 or [::1]",
            exposure: .onceAccepted,
            parse: { (value) throws(InvalidValue) in
                let origin = try HTTPOrigin(parsing: value.text)
                guard origin.scheme == .https || origin.isLoopback else {
                    throw InvalidValue("http to another device, which would send tokens in the clear")
                }
                return origin
            },
            format: { $0.description }
        )
    }

    /// An HTTP proxy; the port is required, since defaults differ.
    static var proxy: ValueForm {
        ValueForm(
            description: "http://HOST:PORT or https://HOST:PORT, without user and path",
            exposure: .onceAccepted,
            parse: { (value) throws(InvalidValue) in try HTTPOrigin(parsing: value.text, requiresPort: true) },
            format: { $0.descriptionWithPort }
        )
    }
}

extension ValueForm<String> {
    /// The path of a call at the authority (RFC 3986 §3.3).
    static var urlPath: ValueForm {
        ValueForm(
            description: "a path that begins with /, without query and fragment",
            exposure: .onceAccepted,
            parse: { (value) throws(InvalidValue) in
                guard value.text.utf8.first == UInt8(ascii: "/") else { throw InvalidValue("does not begin with /") }
                guard value.text.utf8.count <= 1_024 else { throw InvalidValue("too long") }
                guard value.text.utf8.allSatisfy(isPathByte) else {
                    throw InvalidValue("a character that a path cannot have")
                }
                return value.text
            },
            format: { $0 }
        )
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || "/-._~!$&'()*+,;=:@%".utf8.contains(byte)
    }
}
