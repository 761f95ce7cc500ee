// SPDX-License-Identifier: Apache-2.0

extension HTTPOrigin {
    /// Reads `scheme://host[:port]`, one `/` at the end allowed.
    init(parsing text: String, requiresPort: Bool = false) throws(InvalidValue) {
        guard let scheme = Scheme.allCases.first(where: { Self.begins(text, with: $0) }) else {
            throw InvalidValue("does not begin with http:// or https://")
        }
        var rest = text.utf8.dropFirst(scheme.rawValue.utf8.count + 3)
        if rest.last == UInt8(ascii: "/") { rest = rest.dropLast() }
        if rest.contains(UInt8(ascii: "@")) { throw InvalidValue("a user or password in a URL") }
        if rest.contains(where: { "/?#".utf8.contains($0) }) { throw InvalidValue("a path, query or fragment") }
        let (host, port) = try Self.split(String(decoding: rest, as: UTF8.self))
        if requiresPort && port == nil { throw InvalidValue("no port") }
        self.scheme = scheme
        self.host = try Self.canonicalHost(host)
        self.port = try port.map(Self.number) ?? scheme.defaultPort
    }

    private static func begins(_ text: String, with scheme: Scheme) -> Bool {
        let prefix = "\(scheme.rawValue)://"
        return ASCII.lowercased(text).utf8.starts(with: prefix.utf8)
    }

    private static func split(_ authority: String) throws(InvalidValue) -> (host: String, port: String?) {
        let bytes = authority.utf8
        let searchStart = bytes.lastIndex(of: UInt8(ascii: "]")) ?? bytes.startIndex
        guard let colon = bytes[searchStart...].firstIndex(of: UInt8(ascii: ":")) else { return (authority, nil) }
        return (String(authority[..<colon]), String(authority[bytes.index(after: colon)...]))
    }

    private static func number(_ port: String) throws(InvalidValue) -> Int {
        guard port.utf8.allSatisfy(ASCII.isDigit), let number = UInt16(port), number > 0 else {
            throw InvalidValue("a port that is no number from 1 to 65535")
        }
        return Int(number)
    }
}
