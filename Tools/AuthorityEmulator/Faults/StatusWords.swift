// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The words of a fault that make an answer of its own, as far as they were read.
struct StatusWords {
    private var code: Int?
    private var body: StatusFault.Body?
    private var retryAfter: StatusFault.RetryAfter?
    private var location: String?

    mutating func read(_ word: FaultWord) throws(OptionError) {
        guard let value = word.value, !value.isEmpty else { throw OptionError("\(word.name) has no value") }
        switch word.name {
        case "body": body = try StatusWords.body(value)
        case "retry-after": retryAfter = StatusWords.retryAfter(value)
        case "location": location = value
        default:
            guard let code = Int(value), (200...599).contains(code) else {
                throw OptionError("status is a code from 200 to 599")
            }
            self.code = code
        }
    }

    /// The answer; `nil` where no word asks for one.
    func fault() throws(OptionError) -> StatusFault? {
        guard let code else {
            guard body == nil, retryAfter == nil, location == nil else {
                throw OptionError("body, retry-after and location need a status")
            }
            return nil
        }
        return StatusFault(code: code, body: body ?? .json, retryAfter: retryAfter, location: location)
    }

    private static func retryAfter(_ value: String) -> StatusFault.RetryAfter {
        let seconds = value.hasPrefix("date+") ? Int64(value.dropFirst("date+".count)) : nil
        guard let seconds, spanSeconds.contains(seconds) else { return .text(value) }
        return .date(afterSeconds: seconds)
    }

    private static func body(_ value: String) throws(OptionError) -> StatusFault.Body {
        switch value {
        case "json": return .json
        case "html": return .html
        case "empty": return .empty
        default:
            guard let data = FileManager.default.contents(atPath: value) else {
                throw OptionError("body is json, html, empty or a file that can be read")
            }
            return .content(Array(data), type: value.hasSuffix(".html") ? "text/html" : "application/json")
        }
    }
}
