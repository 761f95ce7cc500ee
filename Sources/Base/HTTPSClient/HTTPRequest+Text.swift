// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

extension HTTPRequest {
    /// What follows the base in the URL.
    ///
    /// - Throws: `invalidRequest`.
    func target() throws(HTTPFailure) -> String {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy(HTTPRequest.isPathByte) else {
            throw HTTPFailure(.invalidRequest, at: "the request's path")
        }
        guard !query.isEmpty else { return path }
        return "\(path)?\(FormText.form(query))"
    }

    /// The lines of the header that libcurl does not write by itself.
    ///
    /// - Throws: `invalidRequest`: a name or value that would end the line and begin another.
    func headerLines() throws(HTTPFailure) -> [String] {
        var fields = [("Accept", "application/json")]
        if let bearer {
            let text = bearer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            fields.append(("Authorization", "Bearer \(text)"))
        }
        if body != nil { fields.append(("Content-Type", mediaType)) }
        // Without a value libcurl leaves its own out: nobody needs to be asked whether a small body may be sent.
        var lines = ["Expect:"]
        for (name, value) in fields + headers {
            guard HTTPRequest.isToken(name), HTTPRequest.isFieldValue(value) else {
                throw HTTPFailure(.invalidRequest, at: "the request's header \(lines.count)")
            }
            lines.append("\(name): \(value)")
        }
        return lines
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
    }

    // RFC 9110 §5.6.2.
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { FormText.isUnreserved($0) || "!#$%&'*+^`|".utf8.contains($0) }
    }

    // RFC 9110 §5.5, ASCII only. An empty one would be libcurl's way of leaving a header out.
    private static func isFieldValue(_ value: String) -> Bool {
        !value.isEmpty && value.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x09 }
    }
}
