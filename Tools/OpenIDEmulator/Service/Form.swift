// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import Foundation

/// What was sent: a form in the body, or the query of an address; by name.
struct Form {
    private let fields: [String: String]
    /// Names that came more than once; a client must not do that, RFC 6749 §3.1.
    private let repeated: Set<String>

    init(_ request: Request) {
        let isForm = request.headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") ?? false
        let text = isForm ? String(decoding: request.body, as: UTF8.self) : ""
        self.init(encoded: text, besides: request.query)
    }

    /// Those of an address.
    init(of url: String) {
        let query = url.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        self.init(encoded: query.split(separator: "#").first.map(String.init) ?? "", besides: [:])
    }

    private init(encoded text: String, besides query: [String: String]) {
        var (sent, repeated) = ([String: String](), Set<String>())
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Form.decoded)
            // Several resources may be asked for, RFC 8707 §2.
            if sent[sides[0]] != nil, sides[0] != "resource" { repeated.insert(sides[0]) }
            sent[sides[0]] = sides.count > 1 ? sides[1] : ""
        }
        (fields, self.repeated) = (query.merging(sent) { _, sent in sent }, repeated)
    }

    /// The value; `nil`: there is none, which an empty one counts as.
    subscript(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// All names and values, in the order of the names.
    var sorted: [(name: String, value: String)] { fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    /// - Throws: `invalid_request`.
    func required(_ name: String) throws(OAuthError) -> String {
        guard let value = self[name] else { throw .invalidRequest("\(name) is required") }
        return value
    }

    /// - Throws: `invalid_request` for names that came more than once.
    func check() throws(OAuthError) {
        guard repeated.isEmpty else {
            throw .invalidRequest("\(repeated.sorted().joined(separator: ", ")) is repeated")
        }
    }

    static func decoded(_ text: some StringProtocol) -> String {
        String(text).replacing("+", with: " ").removingPercentEncoding ?? String(text)
    }

    /// As a form or a query has it.
    static func encoded(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }
}
