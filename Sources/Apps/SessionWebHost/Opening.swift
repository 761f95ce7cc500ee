// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// What the extension says first: for whom the connection is, and what it speaks itself.
///
/// ```json
/// {"protocol":[1],"client":"sessiond-web/1.0.0","origin":"https://till.example.com"}
/// ```
package struct Opening: Equatable, Sendable {
    /// The longest origin, in bytes.
    static let maximumOriginBytes = 300

    /// The versions of the protocol that the extension speaks.
    let protocolVersions: [Int64]
    /// The extension's name and version.
    let client: String?
    /// Whom the browser says the page to be; `nil`: this is no page's, and only asks which origins there are.
    let origin: String?

    /// Reads the first message; members that are unknown are of a later extension.
    ///
    /// - Throws: ``SessionError`` named `invalidRequest`.
    package init(message: [UInt8]) throws(SessionError) {
        let value = try? JSONValue(parsing: message)
        guard let value, case .array(let versions)? = value["protocol"] else {
            throw SessionError(.invalidRequest, "the first message has to name the versions of the protocol")
        }
        protocolVersions = versions.compactMap(\.integer)
        client = value["client"]?.string
        origin = value["origin"]?.string
        // Never a connection without restriction where somebody meant a page's.
        guard value["origin"] == nil || origin.map(Self.isPlain) == true else {
            throw SessionError(.invalidRequest, "the origin has to be visible ASCII of at most 300 bytes")
        }
    }

    // The daemon looks at it closely.
    private static func isPlain(_ origin: String) -> Bool {
        (1...maximumOriginBytes).contains(origin.utf8.count) && origin.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// The line that a connection begins with.
    var hello: [UInt8] {
        var writer = JSONWriter()
        writer.member("protocol", .array(protocolVersions.map { .number(JSONNumber($0)) }))
        writer.member("client", client)
        if let origin { writer.object("onBehalfOf") { $0.member("origin", origin) } }
        return Opening.line(id: 0, method: .hello, parameters: writer.bytes)
    }

    /// A request's line; the parameters are the members of an object.
    static func line(id: Int64, method: Method, parameters: [UInt8] = []) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("jsonrpc", "2.0")
        writer.member("id", id)
        writer.member("method", method.rawValue)
        writer.name("params")
        writer.raw([UInt8(ascii: "{")] + parameters + [UInt8(ascii: "}")])
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    /// Looks at the answer to ``hello``.
    ///
    /// A daemon that does not know pages would ignore for whom it is asked, and grant all that the user may do.
    /// - Throws: ``SessionError``: nothing may be sent on this connection.
    func check(_ answer: JSONValue) throws(SessionError) {
        guard case .array(let features)? = answer["features"], features.contains(.string("onBehalfOf")) else {
            throw SessionError(
                .unsupported, "this sessiond is too old to serve web pages", hint: "upgrade sessiond, and restart it")
        }
        guard answer["onBehalfOf"]?["origin"]?.string == origin else {
            throw SessionError(.internalError, "the daemon has not understood for which origin it is asked")
        }
    }
}
