// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

/// docs/coming-from-the-sdk.md: what it says of this project, against the sources and the manual.
@Suite(.timeLimit(.minutes(10))) struct SDKTableTests {
    private static let path = "docs/coming-from-the-sdk.md"

    private let page: MarkdownPage
    /// The rows that have a method of the wire, or could have.
    private let rows: [[String: Substring]]

    init() throws {
        page = try MarkdownPage(Self.path)
        rows = page.tables.filter { $0.columns.contains("Wire") }.flatMap(\.rows)
    }

    private func spans(_ column: String) -> [Substring] { rows.flatMap { $0[column]?.codeSpans ?? [] } }

    @Test(arguments: Method.allCases)
    func namesTheMethod(_ method: Method) {
        #expect(
            spans("Wire").contains { $0 == method.rawValue },
            """
            add a line to \(Self.path): in the table of the SDK's method that it is like, or else in "What the SDK has \
            not": | what it is for | `method()` | `sessionctl verb` | `\(method.rawValue)` |
            """)
    }

    @Test func namesOnTheWireOnlyWhatThereIs() throws {
        let kinds = Set(EventKind.all.map(\.rawValue))
        for row in rows {
            let spans = row["Wire"]?.codeSpans.map(String.init) ?? []
            let methods = spans.compactMap(Method.init)
            let members = try methods.reduce(into: Set<String>()) { try $0.formUnion(Self.members(of: $1)) }
            for span in spans where Method(rawValue: span) == nil {
                let isKind = methods.contains(.watch) && kinds.contains(span)
                #expect(
                    isKind || members.contains(span),
                    "\(Self.path), column Wire: `\(span)` is no method, nor a member of \(methods.map(\.rawValue))")
            }
        }
    }

    @Test func namesInSwiftOnlyWhatThereIs() throws {
        let methods = try SwiftMethod.ofTheClient()
        let properties = try Package.swiftTexts(below: "Sources").flatMap { source in
            source.matches(of: /public (?:internal\(set\) )?(?:var|let) (\w+):/).map { String($0.1) }
        }
        for span in spans("Swift") {
            let call = try #require(span.wholeMatch(of: /(\w+)\(([\w:]*)\)(?:\.(\w+))?/), "\(span) is no call")
            let labels = call.2.split(separator: ":").map(String.init)
            let isThere = methods.contains { $0.name == call.1 && $0.takes(labels) }
            #expect(isThere, "\(Self.path), column Swift: SessionClient has no \(span)")
            if let property = call.3 {
                #expect(properties.contains(String(property)), "\(Self.path), column Swift: nothing has .\(property)")
            }
        }
    }

    @Test func leavesNoMethodOfTheClientOut() throws {
        let named = Set(spans("Swift").map { $0.prefix { $0 != "(" } })
        for method in try SwiftMethod.ofTheClient() where !["call", "answer", "close"].contains(method.name) {
            #expect(named.contains(method.name), "name \(method.name)() in \(Self.path), column Swift")
        }
    }

    @Test func namesInTheShellOnlyWhatThereIs() throws {
        let verbs = try ManualPage("sessionctl.1").entries(of: "VERBS")
        for span in spans("Shell") {
            let words = span.split(separator: " ")
            try #require(words.first == "sessionctl", "\(span) is no command")
            let verb = words.dropFirst().prefix { !$0.hasPrefix("-") }
            let entry = verbs.first { $0.verb == Array(verb) }
            let found = try #require(entry, "\(Self.path), column Shell: there is no verb of `\(span)`")
            for option in words.dropFirst(1 + verb.count) {
                let isThere = found.lines.contains { " \($0) ".contains("Fl \(option.dropFirst()) ") }
                #expect(isThere, "\(Self.path), column Shell: there is no \(option) as in `\(span)`")
            }
        }
    }

    @Test func pointsToPlacesThatThereAre() throws {
        for link in page.links where !link.contains("://") {
            if link.hasPrefix("#") {
                #expect(page.anchors.contains(String(link.dropFirst())), "\(Self.path) has no heading \(link)")
            } else {
                #expect(throws: Never.self, "\(link)") { try Package.text("docs/\(link)") }
            }
        }
    }

    /// What a request of a method and its answer can have.
    private static func members(of method: Method) throws -> Set<String> {
        let answer = try ExampleMessages.answerType(of: method).map { try ExampleMessages.answer($0).all }
        return try (ExampleMessages.parameters(of: method)?.all ?? []).union(answer ?? [])
    }
}

/// A method as the sources declare it.
private struct SwiftMethod {
    let name: Substring
    let labels: [String]

    /// Whether it has these arguments in this order, others left out.
    func takes(_ wanted: [String]) -> Bool {
        var rest = labels[...]
        return wanted.allSatisfy { label in
            rest = rest.drop { $0 != label }
            return rest.popFirst() != nil
        }
    }

    /// The public methods of SessionClient.
    static func ofTheClient() throws -> [SwiftMethod] {
        let sources = try Package.swiftTexts(below: "Sources").filter {
            $0.contains(/(?m)^(?:public final class|extension) SessionClient\b/)
        }
        return sources.flatMap { source in
            source.matches(of: /public func (\w+)(?:<[^(]*>)?\(([^{]*?)\)(?: async)?(?: throws| ->| \{)/).map { match in
                let labels = match.2.matches(of: #/(?:^|,|\n) *(\w+)(?: \w+)?: /#).map { String($0.1) }
                return SwiftMethod(name: match.1, labels: labels)
            }
        }
    }
}

extension ManualPage.Entry {
    /// The words of a verb: they stand in the head, or, with a synopsis, in the first line below it.
    fileprivate var verb: [Substring] {
        let words = head.first == "Xo" ? lines.first?.dropFirst().split(separator: " ") ?? [] : head.map { $0[...] }
        return words.first == "Cm" ? Array(words.dropFirst()) : []
    }
}
