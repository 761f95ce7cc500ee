// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What a request is, read out of the whole value.
struct ReferenceEnvelope {
    private(set) var isRequest = false
    /// The id to echo.
    private(set) var id: JSONValue?

    init(_ value: JSONValue) {
        guard let members = value.members else { return }
        let named = Dictionary(uniqueKeysWithValues: members.map { (Array($0.name.utf8), $0.value) })
        func member(_ name: String) -> JSONValue? { named[Array(name.utf8)] }
        id = member("id").flatMap(ReferenceEnvelope.isID)
        isRequest = (member("jsonrpc")?.string).map { Array($0.utf8) } == Array("2.0".utf8)
        isRequest = isRequest && member("method")?.string != nil && (member("id") == nil || id != nil)
        switch member("params") {
        case nil, .object, .array: break
        default: isRequest = false
        }
        let known = ["jsonrpc", "method", "params", "id"].map { Array($0.utf8) }
        isRequest = isRequest && named.keys.allSatisfy(known.contains)
    }

    private static func isID(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .null: return value
        case .number(let number):
            let digits = number.text.utf8.drop { $0 == UInt8(ascii: "-") }
            let isInteger = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            return isInteger && digits.count <= WireLimits.idDigits ? value : nil
        // The limit is on its length as it was sent, which is not to be seen here any more.
        case .string(let text): return text.utf8.count <= WireLimits.idStringBytes ? value : nil
        default: return nil
        }
    }
}
