// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The messages that stand as examples in the repository: what a request can have, and what is answered.
enum ExampleMessages {
    /// What `params` of a method can have; `nil` for a method without examples.
    static func parameters(of method: Method) throws -> Members? {
        let requests = try all.filter { $0["method"]?.string == method.rawValue }
        return requests.isEmpty ? nil : Members(of: requests.compactMap { $0["params"] })
    }

    /// What the `result` of a type can have.
    static func answer(_ type: String, where condition: (JSONValue) -> Bool = { _ in true }) throws -> Members {
        Members(of: try messages(type).compactMap { $0["result"] }.filter(condition))
    }

    /// What the `params` of a notification can have.
    static func notification(_ type: String) throws -> Members {
        Members(of: try messages(type).compactMap { $0["params"] })
    }

    /// The type that is answered to a method, as the sources declare it; `nil` where there is none yet.
    static func answerType(of method: Method) throws -> String? {
        let declaration = #/typealias Response = (\w+)\s[\s\S]*?static let method = Method\.(\w+)/#
        for source in try Package.swiftTexts(below: "Sources/Session/SessionProtocol/Messages") {
            for match in source.matches(of: declaration) where match.2 == "\(method)" { return String(match.1) }
        }
        return nil
    }

    private static let folder = "Tests/SessionProtocolTests/Golden"

    private static var all: [JSONValue] {
        get throws { try Package.names(in: folder).flatMap { try messages($0.replacing(".json", with: "")) } }
    }

    private static func messages(_ name: String) throws -> [JSONValue] {
        try Package.text("\(folder)/\(name).json").split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    }
}
