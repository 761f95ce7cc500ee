// SPDX-License-Identifier: Apache-2.0

import Foundation
package import SessionProtocol

/// What came back over a connection until it closed.
package struct Reply {
    /// `nil` where not a byte came.
    package var status: Int?
    /// By name in lower case.
    package var headers: [String: String] = [:]
    package var body: [UInt8] = []

    package init(_ bytes: [UInt8]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            guard sides.count == 2 else { continue }
            headers[sides[0].lowercased()] = sides[1].trimmingCharacters(in: .whitespaces)
        }
        body = Array(bytes[end.upperBound...])
    }

    /// Whether the body has as many bytes as the head said.
    package var isWhole: Bool { headers["content-length"] == String(body.count) }

    /// The body; `nil` where it is not JSON.
    package var json: JSONValue? { try? JSONValue(parsing: body) }

    package subscript(name: String) -> JSONValue? { json?[name] }
}
